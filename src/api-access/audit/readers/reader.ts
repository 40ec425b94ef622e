import type { Message } from '../../../messages/index.ts'
import type { AuditEvent } from '../event/index.ts'

/** Where a record begins. */
export interface RecordPosition {
  /** A file's path, `-` for standard input, or an address that sent it. */
  readonly source: string
  /** From 1; 0 where the source has no lines. */
  readonly line: number
  /** In bytes from the beginning of the source, of what was inflated where the source is compressed. */
  readonly offset: number
}

export interface AuditRecord {
  readonly event: AuditEvent
  readonly position: RecordPosition
  /** Of the event's text as it was read; where one text holds several events, an even share of it. */
  readonly bytes: number
}

/** Something that could not be read, or not quite. The reader goes on behind it. */
export interface AuditProblem {
  /** Stable, e.g. `ERR_NOT_JSON`. */
  readonly code: ProblemCode
  readonly problem: Message
  readonly position: RecordPosition
}

export type ProblemCode =
  | 'ERR_NOT_JSON'
  | 'ERR_NOT_AN_EVENT'
  | 'ERR_TOO_LONG'
  | 'ERR_INVALID_UTF8'
  | 'ERR_UNFINISHED'
  | 'ERR_COMPRESSION'
  | 'ERR_TRUNCATED'
  | 'ERR_UNREADABLE'

export type AuditItem = AuditRecord | AuditProblem

/**
 * What every reader gives: batches in the order of the source, each as large as one read happens to give. A reader
 * throws for nothing that it reads: what is wrong is an item.
 */
export type AuditBatches = AsyncIterable<readonly AuditItem[]>

/** Stated limits of what is held in memory. */
export interface ReadLimits {
  /** The longest line; a longer one is reported and left out. */
  readonly lineBytes: number
  /** The longest JSON document that spans lines. */
  readonly documentBytes: number
}

export const READ_LIMITS: ReadLimits = { lineBytes: 16 * 1024 * 1024, documentBytes: 64 * 1024 * 1024 }
