import type { Message } from '../../../messages/index.ts'
import type { Alert } from '../alert.ts'

/** What became of the alerts that an output was given. */
export interface OutputCounts {
  delivered: number
  /** Because the queue was full, the receiver refused them, or the time to stop ran out. */
  dropped: number
  /** Deliveries that failed and were tried again. */
  retries: number
}

/** Where alerts go. */
export interface AlertOutput {
  /** As it was asked for: `file=/var/log/alerts.jsonl`. */
  readonly name: string
  readonly counts: Readonly<OutputCounts>
  /** Takes an alert, at once; one for which there is no room is dropped and counted. */
  push(alert: Alert): void
  /** Whether so many alerts wait that a source that can wait should. */
  readonly isBehind: boolean
  /** Resolves when it is not behind. */
  room(): Promise<void>
  /**
   * Resolves when all that was taken so far has been delivered, or refused for good.
   *
   * @returns false where the output was closed before
   */
  delivered(): Promise<boolean>
  /** Opens anew what it writes to, after somebody has moved it away. */
  reopen(): void
  /** Delivers what was taken, for as long as the grace period lasts; takes no more. */
  close(graceMilliseconds: number): Promise<void>
}

/** How an output delivers; everything else about queues, retries and counts is common to all. */
export interface Transport {
  /** The most alerts that one delivery takes. */
  readonly batch: number
  /**
   * Delivers alerts, in order.
   *
   * @throws RefusedError where trying again is of no use; any other error is a reason to try again
   */
  deliver(alerts: readonly Alert[]): Promise<void>
  reopen?(): void
  close(): Promise<void>
}

/** The receiver will never take these alerts. */
export class RefusedError extends Error {}

/** Tells what goes wrong with an output, and when it works again. */
export type OnOutputMessage = (output: string, message: Message) => void
