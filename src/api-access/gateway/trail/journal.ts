import { closeSync, openSync, readdirSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isJson } from '../../../kubernetes/index.ts'
import { lockFolder } from '../../../storage/index.ts'

export interface JournalOptions {
  /** The journal's own; made where it does not exist. */
  readonly folder: string
  /** After how many bytes a new file is begun, with what is still open. */
  readonly segmentBytes?: number
}

/**
 * What was begun, and what of it is done. It outlives the end of this process however that comes (`kill -9`), so that
 * the next one can tell what was left unfinished.
 */
export interface Journal {
  /** What former processes left unfinished: id and record. */
  readonly unfinished: ReadonlyMap<string, string>
  /** Forgets `unfinished`; to be called once it is kept elsewhere. */
  settle(): void
  /**
   * @param record - JSON without line breaks
   * @returns resolves once the operating system has it; undefined where it has it already
   */
  begin(id: string, record: string): Promise<void> | undefined
  /** Written with what begins next, or soon: at worst something done counts as unfinished. */
  end(id: string): void
  /** Records that are open now. */
  readonly open: number
  close(): void
}

const SEGMENT_BYTES = 16 * 1024 * 1024
/** Who begins so long after the one before is written at once: to wait for others would only make it later. */
const QUIET_MILLISECONDS = 0.5
/** What is done waits as long for something to begin, so that both are one write. */
const LINGER_MILLISECONDS = 100
const FILE = /^journal-(\d{8})\.jsonl$/

/**
 * Opens the journal of a folder.
 *
 * @throws FolderLockedError where another process has the folder; Error of the file system
 */
export function openJournal(options: JournalOptions): Journal {
  return new FileJournal(options, lockFolder(options.folder))
}

class FileJournal implements Journal {
  readonly #folder: string
  readonly #segmentBytes: number
  readonly #unlock: () => void
  readonly #left: readonly string[]
  readonly #open = new Map<string, string>()
  #unfinished: ReadonlyMap<string, string>
  #number: number
  #file: number
  #bytes = 0
  #pending = ''
  #batch: Promise<void> | undefined
  /** In milliseconds of `performance.now()`. */
  #lastBegin = Number.NEGATIVE_INFINITY
  #isLingering = false
  /** A write has failed, and may have left half a line. */
  #isTorn = false
  #isClosed = false

  constructor({ folder, segmentBytes = SEGMENT_BYTES }: JournalOptions, unlock: () => void) {
    this.#folder = folder
    this.#segmentBytes = segmentBytes
    this.#unlock = unlock
    this.#left = readdirSync(folder)
      .filter((name) => FILE.test(name))
      .sort()
    this.#unfinished = readUnfinished(this.#left.map((name) => readFileSync(join(folder, name), 'utf8')))
    this.#number = Number(FILE.exec(this.#left.at(-1) ?? '')?.[1] ?? 0) + 1
    this.#file = this.#openSegment(this.#number)
  }

  get unfinished(): ReadonlyMap<string, string> {
    return this.#unfinished
  }

  get open(): number {
    return this.#open.size
  }

  settle(): void {
    for (const name of this.#left) unlinkSync(join(this.#folder, name))
    this.#unfinished = new Map()
  }

  begin(id: string, record: string): Promise<void> | undefined {
    const now = performance.now()
    const isQuiet = now - this.#lastBegin > QUIET_MILLISECONDS
    this.#lastBegin = now
    this.#open.set(id, record)
    this.#pending += beginLine(id, record)
    return isQuiet && this.#batch === undefined ? this.#flushNow() : this.#flushSoon()
  }

  end(id: string): void {
    if (this.#isClosed || !this.#open.delete(id)) return
    this.#pending += `${id}\n`
    if (this.#isLingering) return
    this.#isLingering = true
    setTimeout(() => {
      this.#isLingering = false
      // A failure shows with the next record that is begun.
      if (!this.#isClosed) this.#flushSoon().catch(() => undefined)
    }, LINGER_MILLISECONDS).unref()
  }

  close(): void {
    this.#flush()
    this.#isClosed = true
    closeSync(this.#file)
    // With nothing open there is nothing to tell.
    if (this.#open.size === 0) unlinkSync(this.#path(this.#number))
    this.#unlock()
  }

  #flushNow(): Promise<void> | undefined {
    try {
      this.#flush()
      return undefined
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** All that comes in one turn of the event loop is written at once. */
  #flushSoon(): Promise<void> {
    this.#batch ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#batch = undefined
        try {
          this.#flush()
          resolve()
        } catch (error) {
          reject(error)
        }
      })
    })
    return this.#batch
  }

  /** The write goes to the page cache and is shorter than handing it to another thread. */
  #flush(): void {
    if (this.#pending === '') return
    if (this.#isClosed) throw new Error('the journal is closed')
    const lines = this.#pending
    this.#pending = ''
    this.#write(lines)
    if (this.#bytes > this.#segmentBytes) this.#startSegment()
  }

  /** Half a line that a failed write has left is ended first, so that it takes nothing with it. */
  #write(lines: string): void {
    const text = this.#isTorn ? `\n${lines}` : lines
    const length = Buffer.byteLength(text)
    this.#isTorn = true
    let done = writeSync(this.#file, text)
    // Nearly every write takes all of it: then no buffer is made.
    if (done < length) {
      const data = Buffer.from(text)
      while (done < length) done += writeSync(this.#file, data, done)
    }
    this.#isTorn = false
    this.#bytes += length
  }

  /** The old file goes only once all that is open stands in the new one. */
  #startSegment(): void {
    const former = { path: this.#path(this.#number), file: this.#file }
    this.#file = this.#openSegment(this.#number + 1)
    this.#number += 1
    this.#bytes = 0
    closeSync(former.file)
    this.#write([...this.#open].map(([id, record]) => beginLine(id, record)).join(''))
    unlinkSync(former.path)
  }

  #openSegment(number: number): number {
    return openSync(this.#path(number), 'a', 0o600)
  }

  #path(number: number): string {
    return join(this.#folder, `journal-${String(number).padStart(8, '0')}.jsonl`)
  }
}

function beginLine(id: string, record: string): string {
  return `${id} ${record}\n`
}

/** A line is `id record` for what began, `id` alone for what is done; a last line may be cut, and one whose write failed. */
function readUnfinished(texts: readonly string[]): ReadonlyMap<string, string> {
  const unfinished = new Map<string, string>()
  for (const text of texts) {
    const lines = text.split('\n')
    // What has no line break was not written whole, so that nobody was told it was kept.
    lines.pop()
    for (const line of lines) {
      const space = line.indexOf(' ')
      if (space < 0) unfinished.delete(line)
      // Half an object is no JSON.
      else if (isJson(line.slice(space + 1))) unfinished.set(line.slice(0, space), line.slice(space + 1))
    }
  }
  return unfinished
}
