import { setTimeout as sleep } from 'node:timers/promises'
import { errorText } from '../../../messages/index.ts'
import type { Alert } from '../alert.ts'
import { outputMessages } from './messages.ts'
import {
  type AlertOutput,
  type OnOutputMessage,
  type OutputCounts,
  RefusedError,
  type Transport,
} from './output.ts'

const { make } = outputMessages

export interface QueueOptions {
  /** Alerts that wait at the most. */
  readonly limit?: number
  /** Before the first further try, in milliseconds; each next one waits twice as long, up to `longestBackoff`. */
  readonly backoff?: number
  readonly longestBackoff?: number
  readonly onMessage?: OnOutputMessage
}

const DEFAULTS = { limit: 10_000, backoff: 500, longestBackoff: 30_000, onMessage: () => {} }

/** Makes an output of a transport: a bounded queue in front, one delivery at a time, tried again until it works. */
export function createQueuedOutput(
  name: string,
  transport: Transport,
  options: QueueOptions = {},
): AlertOutput {
  const { limit, backoff, longestBackoff, onMessage } = { ...DEFAULTS, ...options }
  const counts: OutputCounts = { delivered: 0, dropped: 0, retries: 0 }
  const stopping = new AbortController()
  const waiters: (() => void)[] = []
  /** Alerts taken, and those of them that are delivered or refused. */
  let taken = 0
  let settled = 0
  let isOver = false
  const awaited: { readonly taken: number; readonly settle: (isDelivered: boolean) => void }[] = []
  let queue: Alert[] = []
  let wake: () => void = () => {}
  let isClosed = false
  let isFull = false
  const done = run()

  return {
    name,
    counts,
    push(alert) {
      if (!isClosed && queue.length < limit) {
        queue.push(alert)
        taken++
        wake()
        return
      }
      counts.dropped++
      if (isFull || isClosed) return
      isFull = true
      onMessage(name, make.full({ limit }))
    },
    get isBehind() {
      return queue.length >= limit / 2 && !isClosed
    },
    room() {
      if (queue.length < limit / 2) return Promise.resolve()
      return new Promise((resolve) => waiters.push(resolve))
    },
    delivered() {
      if (settled >= taken || isOver) return Promise.resolve(settled >= taken)
      return new Promise((settle) => awaited.push({ taken, settle }))
    },
    reopen: () => transport.reopen?.(),
    async close(graceMilliseconds) {
      isClosed = true
      wake()
      const expiry = setTimeout(() => stopping.abort(), graceMilliseconds)
      await done
      clearTimeout(expiry)
    },
  }

  async function run(): Promise<void> {
    for (;;) {
      if (queue.length === 0) {
        if (isClosed) break
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      const batch = queue.slice(0, transport.batch)
      if (await deliver(batch)) settle(batch.length)
      queue = queue.slice(batch.length)
      if (queue.length < limit / 2) {
        isFull = false
        for (const waiter of waiters.splice(0)) waiter()
      }
      if (stopping.signal.aborted) break
    }
    counts.dropped += queue.length
    if (queue.length > 0) onMessage(name, make.lost({ count: queue.length }))
    queue = []
    for (const waiter of waiters.splice(0)) waiter()
    isOver = true
    for (const { settle } of awaited.splice(0)) settle(false)
    // All that was taken is settled: there is nothing left that a failure could lose.
    await transport.close().catch(() => {})
  }

  function settle(alerts: number): void {
    settled += alerts
    while ((awaited[0]?.taken ?? Number.POSITIVE_INFINITY) <= settled) awaited.shift()?.settle(true)
  }

  /**
   * Ends when the alerts are delivered, refused, or there is no time left.
   *
   * @returns false where there was no time left
   */
  async function deliver(batch: readonly Alert[]): Promise<boolean> {
    for (let tries = 0; ; tries++) {
      try {
        await transport.deliver(batch)
        counts.delivered += batch.length
        if (tries > 0) onMessage(name, make.works({ retries: tries }))
        return true
      } catch (error) {
        const reason = errorText(error)
        if (error instanceof RefusedError || stopping.signal.aborted) {
          counts.dropped += batch.length
          onMessage(name, make.refused({ reason, count: batch.length }))
          return error instanceof RefusedError
        }
        counts.retries++
        if (tries === 0) onMessage(name, make.failing({ reason }))
        await pause(Math.min(backoff * 2 ** tries, longestBackoff))
      }
    }
  }

  /** A little less or more each time, so that many senders do not all come back at once. */
  async function pause(milliseconds: number): Promise<void> {
    const jittered = milliseconds * (0.75 + Math.random() / 2)
    await sleep(jittered, undefined, { signal: stopping.signal }).catch(() => {})
  }
}
