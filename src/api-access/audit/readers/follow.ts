import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { reasonOf } from '../../../messages/index.ts'
import { identityOf, openRotated, readOpened, unreadable } from './files.ts'
import { auditReaderMessages } from './messages.ts'
import { type AuditBatches, type AuditItem, READ_LIMITS, type ReadLimits } from './reader.ts'
import { newerFiles, olderFiles, restOfCopy } from './rotation.ts'
import { Tail } from './tail.ts'
import { createWake } from './wake.ts'

const { make } = auditReaderMessages

/** How long a renamed file is still looked at: its writer may not have noticed yet. */
const GRACE_MILLISECONDS = 10_000

export interface FollowOptions {
  /** Ends the reading. */
  readonly signal: AbortSignal
  readonly limits?: ReadLimits
  /** Only what is written from now on. */
  readonly fromEnd?: boolean
  /** How often to look where the operating system tells nothing. */
  readonly pollMilliseconds?: number
}

/**
 * Reads a log and goes on as it grows, across rotation: by renaming (the API server's own, logrotate), several times
 * between two looks, and by copying and truncating. Every complete line is given once. Waits for a file that is not
 * there yet; also for one that cannot be read, which is told once.
 */
export async function* followFile(path: string, options: FollowOptions): AuditBatches {
  const { signal, pollMilliseconds = 500 } = options
  const wake = createWake(path, pollMilliseconds, signal)
  const follower = new Follower(path, options)
  try {
    while (!signal.aborted) {
      yield* follower.look()
      await wake.wait()
    }
  } finally {
    wake.close()
    await follower.close()
  }
}

/** The file that is read now, and those that it was before. */
class Follower {
  readonly #path: string
  readonly #limits: ReadLimits
  #fromEnd: boolean
  #tail: Tail | undefined
  /** Files that were written before the present one. */
  #known: ReadonlySet<string> = new Set()
  /** Why the file cannot be opened, as it was told. */
  #refusal: string | undefined
  /** Why its older files cannot be listed, as it was told. */
  #listRefusal: string | undefined
  #retired: { readonly tail: Tail; readonly until: number }[] = []

  constructor(path: string, { limits = READ_LIMITS, fromEnd = false }: FollowOptions) {
    this.#path = path
    this.#limits = limits
    this.#fromEnd = fromEnd
  }

  /** Reads all there is to read now. */
  async *look(): AuditBatches {
    for (const { tail } of this.#retired) yield* tail.drain()
    yield this.#endRetired(performance.now())
    let isBehind = true
    while (isBehind) isBehind = yield* this.#readOn()
  }

  async close(): Promise<void> {
    await this.#tail?.close()
    for (const { tail } of this.#retired) await tail.close()
  }

  /** @returns whether there is another file to read */
  async *#readOn(): AsyncGenerator<readonly AuditItem[], boolean> {
    const tail = this.#tail
    if (tail === undefined) return yield* this.#begin()
    const size = await tail.truncatedTo()
    if (size !== undefined) {
      yield* this.#readTruncated(tail, size)
      return true
    }
    yield* tail.drain()
    if ((await identityAt(this.#path)) === tail.identity) return false
    // Opened before the older files are listed, so that a further rotation meanwhile hides none.
    const next = yield* this.#open()
    if (next === undefined) return false
    yield* tail.drain()
    yield* this.#readMissed(tail, next)
    this.#retired.push({ tail, until: performance.now() + GRACE_MILLISECONDS })
    yield* this.#switchTo(next)
    return true
  }

  async *#begin(): AsyncGenerator<readonly AuditItem[], boolean> {
    const tail = yield* this.#open()
    if (tail === undefined) return false
    if (this.#fromEnd) await tail.skipToEnd()
    this.#fromEnd = false
    yield* this.#switchTo(tail)
    return true
  }

  async *#open(): AsyncGenerator<readonly AuditItem[], Tail | undefined> {
    try {
      const tail = await Tail.open(this.#path, this.#limits)
      this.#refusal = undefined
      return tail
    } catch (error) {
      const refusal = reasonOf(error)
      if (refusal !== this.#refusal) yield [unreadable(this.#path, error)]
      this.#refusal = refusal
      return undefined
    }
  }

  async *#switchTo(tail: Tail): AuditBatches {
    this.#tail = tail
    this.#known = yield* this.#listed(olderFiles(this.#path, tail), new Set())
  }

  /** What older files tell; `none` where the folder cannot be listed, which is told once: the log itself is read on. */
  async *#listed<Found>(found: Promise<Found>, none: Found): AsyncGenerator<readonly AuditItem[], Found> {
    try {
      const listed = await found
      this.#listRefusal = undefined
      return listed
    } catch (error) {
      const refusal = reasonOf(error)
      if (refusal !== this.#listRefusal) yield [unreadable(dirname(this.#path), error)]
      this.#listRefusal = refusal
      return none
    }
  }

  /** "copytruncate": what was written after the last look stands in the copy. */
  async *#readTruncated(tail: Tail, size: number): AuditBatches {
    const copy = yield* this.#listed(restOfCopy(this.#path, tail), undefined)
    if (copy === undefined) {
      const problem = make.truncated({ read: tail.position, size })
      const position = { source: this.#path, line: 0, offset: tail.decoder.offset }
      yield [{ code: 'ERR_TRUNCATED', problem, position }]
    } else for await (const chunk of copy) yield tail.push(chunk)
    yield tail.decoder.finish()
    await tail.close()
    this.#tail = undefined
    yield* this.#begin()
  }

  /** Files that came and went between two looks. */
  async *#readMissed(tail: Tail, next: Tail): AuditBatches {
    for (const path of yield* this.#listed(newerFiles(this.#path, tail, this.#known), [])) {
      const missed = await openRotated(path)
      if (missed === undefined) {
        const position = { source: path, line: 0, offset: 0 }
        yield [{ code: 'ERR_UNREADABLE', problem: make['rotated-away']({ file: path }), position }]
      } else if ((await identityOf(missed.file)) === next.identity) {
        // Rotated already: what is newer has its turn after it.
        await missed.file.close()
        return
      } else yield* readOpened(missed.file, missed.path, { limits: this.#limits })
    }
  }

  #endRetired(now: number): readonly AuditItem[] {
    const expired = this.#retired.filter(({ until }) => until < now)
    if (expired.length === 0) return []
    this.#retired = this.#retired.filter(({ until }) => until >= now)
    for (const { tail } of expired) void tail.close()
    return expired.flatMap(({ tail }) => tail.decoder.finish())
  }
}

async function identityAt(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found && `${found.dev}:${found.ino}`
}
