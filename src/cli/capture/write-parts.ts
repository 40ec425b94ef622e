import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'

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
 * @param impatience - from its abort on, the target is not waited for: what it has not taken, and what still comes, is counted
 * @throws Error where the target cannot be written
 */
export async function writeParts(
  parts: AsyncIterable<Part>,
  target: Writable,
  impatience: AbortSignal,
): Promise<WrittenEvents> {
  let written = 0
  let all = 0
  let failure: Error | undefined
  target.on('error', (error) => {
    failure ??= error
  })
  try {
    for await (const { text, events } of parts) {
      all += events
      if (failure !== undefined) throw failure
      if (impatience.aborted) continue
      const hasRoom = target.write(text, (error) => {
        if (!error) written += events
      })
      if (!hasRoom) await patiently(once(target, 'drain', { signal: impatience }))
    }
    if (failure !== undefined) throw failure
    if (impatience.aborted) return { written, unwritten: all - written }
    if (target === process.stdout) await patiently(lastWrite(target, impatience))
    else await patiently(finished(target.end(), { signal: impatience }))
  } finally {
    if (target !== process.stdout) target.destroy()
  }
  return { written, unwritten: all - written }

  /** Waits for something, no longer than there is patience. */
  async function patiently(something: Promise<unknown>): Promise<void> {
    try {
      await something
    } catch (error) {
      if (!impatience.aborted) throw failure ?? error
    }
  }
}

/** Resolves when all that was written before is taken, or there is no patience. */
function lastWrite(target: Writable, impatience: AbortSignal): Promise<unknown> {
  const isTaken = new Promise<void>((done) => target.write('', () => done()))
  return Promise.race([isTaken, once(impatience, 'abort')])
}
