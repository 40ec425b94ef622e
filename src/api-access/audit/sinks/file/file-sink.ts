import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorText } from '../../../../messages/index.ts'
import { makeFolder, openLineFile } from '../../../../storage/index.ts'
import { type Link, makeAnchor } from '../../chain/index.ts'
import type { AuditEvent } from '../../event/index.ts'
import { type ChainOptions, chainEvents } from '../chaining.ts'
import { type AuditSink, createCounters, createTurns, SinkError } from '../sink.ts'
import { appendAnchors, chainHead } from './chain-head.ts'
import { applyRetention, renameToBackup } from './rotation.ts'

export interface FileSinkOptions {
  /** `--audit-log-path`. Its folder is made where it does not exist. */
  readonly path: string
  /** `--audit-log-maxsize`: "maximum size in megabytes of the audit log file before it gets rotated"; 0 means 100. */
  readonly maxSizeMegabytes?: number
  /** `--audit-log-maxage` */
  readonly maxAgeDays?: number
  /** `--audit-log-maxbackup` */
  readonly maxBackups?: number
  /** `--audit-log-compress` */
  readonly compress?: boolean
  /** Whether each write waits until the disk has it, and not only the operating system. */
  readonly fsync?: boolean
  readonly chain?: ChainOptions
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number
}

const MEGABYTE = 1024 * 1024
/** lumberjack: "It defaults to 100 megabytes." */
const DEFAULT_MEGABYTES = 100

const MODE = 0o600

/** A log file that can be told to begin anew after someone else renamed it (SIGHUP). */
export interface FileSink extends AuditSink {
  reopen(): Promise<void>
}

/**
 * Keeps events as JSON Lines and rotates the file as the API server does. Unlike there, an event that is larger than
 * the greatest size is not lost: it gets a file of its own.
 *
 * @throws Error of the operating system, for a path that cannot be written to
 */
export async function openFileSink(options: FileSinkOptions): Promise<FileSink> {
  makeFolder(dirname(options.path))
  await (await open(options.path, 'a+', MODE)).close()
  const head = options.chain === undefined ? undefined : await chainHead(options.path)
  return new RotatedFile(options, head)
}

class RotatedFile implements FileSink {
  readonly #options: FileSinkOptions
  readonly #maxBytes: number
  readonly #now: () => number
  readonly #inTurn = createTurns()
  readonly #counters = createCounters()
  /** What the next event follows; undefined where that is to be looked for first. */
  #head: Link | undefined
  #anchored = 0
  #file: FileHandle | undefined
  #bytes = 0
  #isClosed = false
  /** Removing and compressing older files, beside the writing. */
  #milling: Promise<void> = Promise.resolve()

  constructor(options: FileSinkOptions, head: Link | undefined) {
    this.#options = options
    this.#maxBytes = (options.maxSizeMegabytes || DEFAULT_MEGABYTES) * MEGABYTE
    this.#now = options.now ?? Date.now
    this.#head = head
    this.#anchored = head?.sequence ?? 0
  }

  write(events: readonly AuditEvent[]): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isClosed) throw new SinkError('ERR_SINK_CLOSED', `${this.#options.path} is closed`)
      if (events.length === 0) return
      try {
        await this.#writeChained(events)
      } catch (error) {
        this.#counters.failures += 1
        // A part may have been written, into a file that was rotated since.
        this.#head = undefined
        const reason = errorText(error)
        throw new SinkError('ERR_SINK_WRITE', reason, { cause: error })
      }
      this.#counters.accepted += events.length
      this.#counters.delivered += events.length
    })
  }

  async flush(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#file !== undefined) await toDisk(this.#file)
    })
    await this.#milling
  }

  reopen(): Promise<void> {
    return this.#inTurn(() => this.#closeFile())
  }

  stats() {
    return { ...this.#counters, waitingBytes: 0 }
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isClosed) return
      this.#isClosed = true
      await this.#closeFile()
      await this.#milling
      const { chain, path } = this.#options
      if (chain === undefined) return
      const head = this.#head ?? (await chainHead(path))
      if (head.sequence > this.#anchored)
        await appendAnchors(path, [makeAnchor(head, this.#time(), chain.key)])
    })
  }

  async #writeChained(events: readonly AuditEvent[]): Promise<void> {
    const { chain, path } = this.#options
    if (chain === undefined) {
      await this.#writeLines(events)
      return
    }
    if (this.#head === undefined) {
      // An older file that is being compressed would not be found.
      await this.#milling
      this.#head = await chainHead(path)
    }
    const chained = chainEvents(events, this.#head, chain, this.#time())
    await this.#writeLines(chained.events)
    this.#head = chained.head
    this.#anchored = chained.anchors.at(-1)?.sequence ?? this.#anchored
    await appendAnchors(path, chained.anchors)
  }

  /** Writes as many lines at once as the file has room for. */
  async #writeLines(events: readonly AuditEvent[]): Promise<void> {
    let block: Buffer[] = []
    let bytes = 0
    for (const event of events) {
      const line = Buffer.from(`${JSON.stringify(event)}\n`)
      await this.#openFor(bytes + line.length)
      if (this.#bytes + bytes + line.length > this.#maxBytes && this.#bytes + bytes > 0) {
        await this.#append(block, bytes)
        await this.#rotate()
        block = []
        bytes = 0
      }
      block.push(line)
      bytes += line.length
    }
    await this.#append(block, bytes)
  }

  /** "If the file exists and is less than MaxSize megabytes, lumberjack will open and append to that file." */
  async #openFor(bytes: number): Promise<void> {
    if (this.#file !== undefined) return
    const { path } = this.#options
    this.#file = await openLineFile(path, MODE)
    this.#bytes = (await this.#file.stat()).size
    if (this.#bytes > 0 && this.#bytes + bytes >= this.#maxBytes) await this.#rotate()
    else this.#mill()
  }

  async #append(block: readonly Buffer[], bytes: number): Promise<void> {
    const file = this.#file
    if (bytes === 0 || file === undefined) return
    try {
      await file.appendFile(Buffer.concat(block))
      if (this.#options.fsync) await toDisk(file)
    } catch (error) {
      // Half a line, for a full disk, would spoil the next one. What cannot be cut is ended when it is opened again.
      await file.truncate(this.#bytes).catch(() => this.#closeFile())
      throw error
    }
    this.#bytes += bytes
  }

  async #rotate(): Promise<void> {
    const { path } = this.#options
    const mode = (await this.#file?.stat())?.mode ?? MODE
    await this.#closeFile()
    await renameToBackup(path, this.#now())
    this.#file = await open(path, 'a+', mode & 0o777)
    this.#bytes = 0
    this.#mill()
  }

  #mill(): void {
    const { path, maxAgeDays = 0, maxBackups = 0, compress = false } = this.#options
    const retention = { maxAgeDays, maxBackups, compress }
    this.#milling = this.#milling
      .then(() => applyRetention(path, retention, this.#now()))
      .catch(() => {
        this.#counters.failures += 1
      })
  }

  async #closeFile(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  #time(): string {
    return new Date(this.#now()).toISOString()
  }
}

/** @throws SinkError */
async function toDisk(file: FileHandle): Promise<void> {
  try {
    await file.datasync()
  } catch (error) {
    // POSIX, fdatasync: "This implementation does not support synchronized I/O for this file", such as a pipe.
    if (error instanceof Error && 'code' in error && error.code === 'EINVAL') return
    const reason = errorText(error)
    throw new SinkError('ERR_SINK_WRITE', reason, { cause: error })
  }
}
