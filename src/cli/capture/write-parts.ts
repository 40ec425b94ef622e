import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Patience } from './patience.ts'

/** Lines of some events. */
export interface Part {
  readonly text: string
  readonly events: number
}

export interface WrittenEvents {
  readonly written: number
  /** Those that the target did not take until nobody waited for it any more; the first of them may be there in part. */
  readonly unwritten: number
}

/**
 * Writes parts, the next one when the target has room for it, and ends the target, unless it is standard output itself.
 *
 * @param target - may tell of what it took of a part by the event `taken`
 * @param patience - once it is over the target is not waited for: what it has not taken, and what still comes, is counted
 * @throws Error where the target cannot be written
 */
export async function writeParts(
  parts: AsyncIterable<Part>,
  target: Writable,
  patience: Patience,
): Promise<WrittenEvents> {
  const { signal } = patience
  let written = 0
  let all = 0
  let failure: Error | undefined
  target.on('error', (error) => {
    failure ??= error
  })
  target.on('taken', patience.taken)
  try {
    for await (const { text, events } of parts) {
      all += events
      if (failure !== undefined) throw failure
      if (signal.aborted) continue
      const hasRoom = target.write(text, (error) => {
        if (!error) written += events
      })
      if (!hasRoom) await patiently(once(target, 'drain', { signal }))
    }
    if (failure !== undefined) throw failure
    if (signal.aborted) return { written, unwritten: all - written }
    if (target === process.stdout) await patiently(lastWrite(target, signal))
    else await patiently(finished(target.end(), { signal }))
  } finally {
    if (target !== process.stdout) target.destroy()
  }
  return { written, unwritten: all - written }

  async function patiently(taken: Promise<unknown>): Promise<void> {
    try {
      await patience.waitFor(taken)
    } catch (error) {
      throw failure ?? error
    }
  }
}

/** Resolves when all that was written before is taken, or there is no patience. */
function lastWrite(target: Writable, impatience: AbortSignal): Promise<unknown> {
  const isTaken = new Promise<void>((done) => target.write('', () => done()))
  return Promise.race([isTaken, once(impatience, 'abort')])
}
