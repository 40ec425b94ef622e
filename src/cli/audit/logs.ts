import { existsSync } from 'node:fs'
import {
  type AuditBatches,
  auditEventMessages,
  auditReaderMessages,
  followFile,
  inTimeOrder,
  readFiles,
  readStore,
  readStream,
} from '../../api-access/audit/index.ts'
import type { Message } from '../../messages/index.ts'
import { DatabaseError } from '../../storage/index.ts'
import { UsageError } from '../exit.ts'
import { auditMessages } from './messages.ts'
import { showMessages } from './show/messages.ts'

/** Sets that render what is said of logs. */
export const LOG_MESSAGES = [auditMessages, auditReaderMessages, auditEventMessages]

/** Where events are read from, as the command line gives it. */
export interface LogOptions {
  readonly store?: string
  readonly rotated?: boolean
  /** In milliseconds since 1970. */
  readonly since?: number
  readonly until?: number
  /** Waits for more until it is aborted. */
  readonly follow?: AbortSignal
  /** Told of a file to follow that is not there yet: a mistaken name, or what `-f` means elsewhere, waits for ever. */
  readonly note?: (message: Message) => void
}

const { make } = showMessages

/**
 * Reads logs one after the other, or the store.
 *
 * @param paths - files, or `-` for standard input
 * @throws UsageError where nothing is named, or what cannot be read together; on reading, for a store that is none
 */
export function readLogs(paths: readonly string[], options: LogOptions): AuditBatches {
  const { store, rotated = false, follow, note } = options
  if (store !== undefined && paths.length > 0) throw usage('files-or-store')
  if (store !== undefined) return readStoreOrRefuse(store, options)
  if (paths.length === 0) throw usage('nothing-to-read')
  if (follow === undefined) return readAll(inTimeOrder(paths), rotated)
  const [path] = paths
  if (path === undefined || paths.length > 1 || path === '-') throw usage('follow-one')
  if (!existsSync(path)) note?.(auditMessages.make['log-awaited']({ path }))
  return followFile(path, { signal: follow })
}

async function* readAll(paths: readonly string[], rotated: boolean): AuditBatches {
  for (const path of paths)
    yield* path === '-' ? readStream(process.stdin, '-') : readFiles([path], { rotated })
}

async function* readStoreOrRefuse(path: string, { since, until, follow }: LogOptions): AuditBatches {
  try {
    yield* readStore(path, {
      ...(since !== undefined && { since: new Date(since).toISOString() }),
      ...(until !== undefined && { until: new Date(until).toISOString() }),
      ...(follow !== undefined && { follow }),
    })
  } catch (error) {
    throw error instanceof DatabaseError ? badStore(path, error) : error
  }
}

/** What is called a store and is none. */
export function badStore(path: string, { message: reason }: DatabaseError): UsageError {
  return new UsageError('ERR_STORE', make['bad-store']({ path, reason }), showMessages)
}

function usage(message: 'files-or-store' | 'nothing-to-read' | 'follow-one'): UsageError {
  return new UsageError('ERR_USAGE', make[message]({}), showMessages)
}
