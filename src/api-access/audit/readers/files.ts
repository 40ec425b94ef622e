import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Message } from '../../../messages/index.ts'
import { type BytesDecoder, createBytesDecoder } from './bytes.ts'
import { chunksOf, isCompressed } from './chunks.ts'
import { inflate } from './inflate.ts'
import { auditReaderMessages } from './messages.ts'
import {
  type AuditBatches,
  type AuditItem,
  type ProblemCode,
  READ_LIMITS,
  type ReadLimits,
} from './reader.ts'
import { rotatedFiles } from './rotated-set.ts'

const { make } = auditReaderMessages

export interface FileOptions {
  readonly limits?: ReadLimits
  /** Also the older files of each log, first. */
  readonly rotated?: boolean
}

/**
 * Reads audit logs from beginning to end, one after the other, plain or gzip (told by the content, not by the name).
 * What is held in memory does not depend on their size. A file that cannot be read is an item, and so is a folder whose
 * older files cannot be listed.
 *
 * @param paths - in the order in which they are to be read; see `inTimeOrder`
 */
export async function* readFiles(paths: readonly string[], options: FileOptions = {}): AuditBatches {
  for (const path of paths) yield* options.rotated ? readSet(path, options) : readFile(path, options)
}

async function* readFile(path: string, options: FileOptions): AuditBatches {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (error) {
    yield [unreadable(path, error)]
    return
  }
  yield* readOpened(file, path, options)
}

/**
 * The current file is opened before the older ones are listed, and read through that handle: when the log is rotated
 * meanwhile, nothing is missed and nothing is read twice.
 */
async function* readSet(path: string, options: FileOptions): AuditBatches {
  const current = await open(path).catch((error: unknown) => unreadable(path, error))
  const currentId = 'code' in current ? undefined : await identityOf(current)
  const listed = await rotatedFiles(path).catch((error: unknown) => unreadable(dirname(path), error))
  if ('code' in listed) yield [listed]
  for (const older of 'code' in listed ? [] : listed) {
    const found = await openRotated(older.path)
    if (found === undefined) {
      yield [problem(older.path, 0, 'ERR_UNREADABLE', make['rotated-away']({ file: older.path }))]
    } else if ((await identityOf(found.file)) === currentId) await found.file.close()
    else yield* readOpened(found.file, found.path, options)
  }
  if ('code' in current) yield [current]
  else yield* readOpened(current, path, options)
}

/** A file that was compressed since it was listed has another name now. */
export async function openRotated(path: string): Promise<{ file: FileHandle; path: string } | undefined> {
  for (const name of [path, `${path}.gz`]) {
    const file = await open(name).catch(() => undefined)
    if (file !== undefined) return { file, path: name }
  }
  return undefined
}

/** The same file has the same identity, whatever its name. */
export async function identityOf(file: FileHandle): Promise<string> {
  const { dev, ino } = await file.stat({ bigint: true })
  return `${dev}:${ino}`
}

/** Reads an open file to its end, and closes it. */
export async function* readOpened(file: FileHandle, source: string, options: FileOptions): AuditBatches {
  const decoder = createBytesDecoder(source, options.limits ?? READ_LIMITS)
  try {
    yield* (await isCompressed(file))
      ? readCompressed(file, source, decoder)
      : readPlain(file, source, decoder)
  } catch (error) {
    yield [unreadable(source, error)]
  } finally {
    await file.close()
  }
}

async function* readPlain(file: FileHandle, source: string, decoder: BytesDecoder): AuditBatches {
  let read = 0
  for await (const chunk of chunksOf(file)) {
    read += chunk.length
    yield decoder.push(chunk)
  }
  yield decoder.finish()
  const { size } = await file.stat()
  if (size < read) yield [problem(source, decoder.offset, 'ERR_TRUNCATED', make.truncated({ read, size }))]
}

async function* readCompressed(file: FileHandle, source: string, decoder: BytesDecoder): AuditBatches {
  const pieces = inflate(chunksOf(file))
  let next = await pieces.next()
  for (; !next.done; next = await pieces.next()) yield decoder.push(next.value)
  yield decoder.finish()
  if (next.value === 'whole') return
  const message = next.value === 'cut' ? make['compression-cut']({}) : make['compression-broken']({})
  yield [problem(source, decoder.offset, 'ERR_COMPRESSION', message)]
}

function problem(source: string, offset: number, code: ProblemCode, message: Message): AuditItem {
  return { code, problem: message, position: { source, line: 0, offset } }
}

/** What is said of a source that the operating system does not let us read. */
export function unreadable(source: string, error: unknown) {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  const position = { source, line: 0, offset: 0 }
  return { code: 'ERR_UNREADABLE' as const, problem: make.unreadable({ reason }), position }
}
