import type { Cursor, QueuedBatch, SegmentQueue } from '../../../../storage/index.ts'
import type { AuditEvent } from '../../event/index.ts'
import type { AuditBatches, AuditItem } from '../reader.ts'

const BATCH_RECORDS = 1000
const BATCH_BYTES = 4 * 1024 * 1024

/** What was received, given to whoever takes it. */
export interface Delivery {
  readonly items: readonly AuditItem[]
  /** Says that all that comes of it is safe. Until then it is kept, and after a crash what was on disk is given again. */
  done(): void
}

/** What was received and is not done yet, in order: on disk where there is a queue for it, else in memory up to a bound. */
export class WaitingItems {
  readonly #memoryBytes: number
  readonly #spill: SegmentQueue | undefined
  #batches: Delivery[] = []
  #bytes = 0
  #spilled = 0
  /** The last append to the disk; how many did not succeed. */
  #appending: Promise<unknown> = Promise.resolve()
  #failures = 0
  /** Batches in memory: how many were taken, how many are done. */
  #taken = 0
  #done = 0
  #settling: { readonly taken: number; readonly settle: (isSafe: boolean) => void }[] = []
  /** One note on disk of what is done after the other. */
  #noting: Promise<void> = Promise.resolve()
  #isEnded = false
  #isGivenUp = false
  #hasNews = false
  #wake: (() => void) | undefined

  /** @param memoryBytes - the bound in memory, where there is no queue on disk */
  constructor(memoryBytes: number, spill: SegmentQueue | undefined) {
    this.#memoryBytes = memoryBytes
    this.#spill = spill
  }

  get bytes(): number {
    return this.#bytes + (this.#spill?.bytes ?? 0)
  }

  /** Events that went to disk. */
  get spilled(): number {
    return this.#spilled
  }

  /** @returns false where there is no room; then nothing of it was taken */
  async offer(items: readonly AuditItem[], bytes: number): Promise<boolean> {
    const isTaken =
      this.#spill === undefined ? this.#keep(items, bytes) : await this.#toDisk(items, this.#spill)
    if (isTaken) this.#notify()
    return isTaken
  }

  /**
   * Resolves when nothing of what was taken so far is in memory alone: it is on disk, or done.
   *
   * @param withOthers - also what is still being written to disk for somebody else
   * @returns false where something could not be written, or reading was given up before
   */
  async safe(withOthers: boolean): Promise<boolean> {
    const taken = this.#taken
    if (withOthers) {
      const failures = this.#failures
      await this.#appending
      if (this.#failures > failures) return false
    }
    if (this.#done >= taken) return true
    if (this.#isGivenUp) return false
    return new Promise<boolean>((settle) => this.#settling.push({ taken, settle }))
  }

  /** Nothing more will come. */
  end(): void {
    this.#isEnded = true
    this.#notify()
  }

  /** Gives all that waits, and what comes, until it is ended. */
  async *deliveries(source: string): AsyncGenerator<Delivery> {
    let read: Cursor | undefined
    try {
      for (;;) {
        const next = this.#batches.shift()
        if (next !== undefined) {
          yield next
          continue
        }
        const spilled = await this.#spill?.front(BATCH_RECORDS, BATCH_BYTES, read)
        if (spilled !== undefined) {
          read = spilled.end
          const items = spilled.records.map((record) => itemOf(record, source))
          yield { items, done: once(() => this.#note(spilled)) }
        } else if (this.#hasNews) this.#hasNews = false
        else if (this.#isEnded) return
        else await this.#news()
      }
    } finally {
      this.#isGivenUp = true
      for (const { settle } of this.#settling.splice(0)) settle(false)
    }
  }

  /** Gives the same as `deliveries`, each batch done once the next is asked for. */
  async *read(source: string): AuditBatches {
    for await (const { items, done } of this.deliveries(source)) {
      yield items
      done()
      await this.#noting
    }
  }

  /** Lets go of the folder, once what is done has been noted there. */
  async close(): Promise<void> {
    await this.#noting
    await this.#spill?.close()
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #notify(): void {
    this.#hasNews = true
    this.#wake?.()
  }

  #keep(items: readonly AuditItem[], bytes: number): boolean {
    if (this.#bytes + bytes > this.#memoryBytes) return false
    this.#batches.push({ items, done: once(() => this.#settle(bytes)) })
    this.#bytes += bytes
    this.#taken += 1
    return true
  }

  #settle(bytes: number): void {
    this.#bytes -= bytes
    this.#done += 1
    while ((this.#settling[0]?.taken ?? Number.POSITIVE_INFINITY) <= this.#done)
      this.#settling.shift()?.settle(true)
  }

  /** Where it cannot be noted, it is given again after the next start: at least once. */
  #note({ end }: QueuedBatch): void {
    this.#noting = this.#noting.then(() => this.#spill?.advance(end)).catch(() => undefined)
  }

  async #toDisk(items: readonly AuditItem[], spill: SegmentQueue): Promise<boolean> {
    const texts = items.flatMap((item) => ('event' in item ? [JSON.stringify(item.event)] : []))
    if (!(await this.#append(spill, texts))) return false
    this.#spilled += texts.length
    // Problems are small and told once: they need not survive.
    const problems = items.filter((item) => 'problem' in item)
    if (problems.length > 0) this.#batches.push({ items: problems, done: () => {} })
    return true
  }

  async #append(spill: SegmentQueue, texts: readonly string[]): Promise<boolean> {
    let isKept = false
    try {
      const appending = spill.append(texts)
      this.#appending = appending.catch(() => undefined)
      isKept = await appending
      return isKept
    } finally {
      if (!isKept) this.#failures += 1
    }
  }
}

function once(action: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    action()
  }
}

function itemOf(record: Buffer, source: string): AuditItem {
  const event = JSON.parse(record.toString()) as AuditEvent
  return { event, position: { source, line: 0, offset: 0 }, bytes: record.length }
}
