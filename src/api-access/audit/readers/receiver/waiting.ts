import type { SegmentQueue } from '../../../../storage/index.ts'
import type { AuditEvent } from '../../event/index.ts'
import type { AuditBatches, AuditItem } from '../reader.ts'

const BATCH_RECORDS = 1000
const BATCH_BYTES = 4 * 1024 * 1024

/**
 * What was received and not read yet: in memory up to a bound, behind that on disk, in order. Once something waits on
 * disk, what comes goes there as well until it has been read.
 */
export class WaitingItems {
  readonly #memoryBytes: number
  readonly #spill: SegmentQueue | undefined
  #batches: { readonly items: readonly AuditItem[]; readonly bytes: number }[] = []
  #bytes = 0
  #spilled = 0
  /** Appends to the disk that are not done yet. */
  #spilling = 0
  #isEnded = false
  #hasNews = false
  #wake: (() => void) | undefined

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
    const isBehind = this.#spilling > 0 || (this.#spill?.bytes ?? 0) > 0
    if (!isBehind && this.#bytes + bytes <= this.#memoryBytes) this.#keep(items, bytes)
    else if (!(await this.#toDisk(items))) return false
    this.#notify()
    return true
  }

  /** Nothing more will come. */
  end(): void {
    this.#isEnded = true
    this.#notify()
  }

  /** Gives all that waits, and what comes, until it is ended. What stands on disk is removed once the next is asked for. */
  async *read(source: string): AuditBatches {
    for (;;) {
      const next = this.#batches.shift()
      if (next !== undefined) {
        this.#bytes -= next.bytes
        yield next.items
        continue
      }
      const spilled = await this.#spill?.front(BATCH_RECORDS, BATCH_BYTES)
      if (spilled !== undefined) {
        yield spilled.records.map((record) => itemOf(record, source))
        await this.#spill?.advance(spilled.end)
      } else if (this.#hasNews) this.#hasNews = false
      else if (this.#isEnded) return
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }

  #notify(): void {
    this.#hasNews = true
    this.#wake?.()
  }

  #keep(items: readonly AuditItem[], bytes: number): void {
    this.#batches.push({ items, bytes })
    this.#bytes += bytes
  }

  async #toDisk(items: readonly AuditItem[]): Promise<boolean> {
    const texts = items.flatMap((item) => ('event' in item ? [JSON.stringify(item.event)] : []))
    if (this.#spill === undefined || !(await this.#append(this.#spill, texts))) return false
    this.#spilled += texts.length
    // Problems are small and told once: they need not survive.
    const problems = items.filter((item) => 'problem' in item)
    if (problems.length > 0) this.#keep(problems, 0)
    return true
  }

  async #append(spill: SegmentQueue, texts: readonly string[]): Promise<boolean> {
    this.#spilling += 1
    try {
      return await spill.append(texts)
    } finally {
      this.#spilling -= 1
    }
  }
}

function itemOf(record: Buffer, source: string): AuditItem {
  const event = JSON.parse(record.toString()) as AuditEvent
  return { event, position: { source, line: 0, offset: 0 }, bytes: record.length }
}
