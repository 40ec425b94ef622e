import type { AuditEvent } from '../event/index.ts'

/** Where events are kept or sent. One sink is written to by one process. */
export interface AuditSink {
  /**
   * Hands events over. What it resolves for is safe from the end of this process (`kill -9`): on disk, or at its
   * destination.
   *
   * @throws SinkError where they could not be kept; then none of them counts as kept
   */
  write(events: readonly AuditEvent[]): Promise<void>
  /** Resolves when all that was written before has reached its destination. */
  flush(): Promise<void>
  stats(): SinkStats
  /** Ends what was begun and lets go of files and connections. What has not reached its destination waits on disk. */
  close(): Promise<void>
}

/** Counters since the sink was opened. */
export interface SinkStats {
  /** Events that were kept. */
  readonly accepted: number
  /** Events that reached the destination. */
  readonly delivered: number
  /** Events that were there already: the same audit ID and stage. */
  readonly duplicates: number
  /** Events that are lost because no place was left, or because the destination will never take them. */
  readonly dropped: number
  /** Attempts that failed, and are tried again. */
  readonly failures: number
  /** Bytes that wait to be delivered. */
  readonly waitingBytes: number
}

/** Events could not be kept. */
export class SinkError extends Error {
  readonly code: 'ERR_SINK_WRITE' | 'ERR_SINK_FULL' | 'ERR_SINK_CLOSED'

  constructor(code: SinkError['code'], reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'SinkError'
    this.code = code
  }
}

/** Counters as a sink keeps them. */
export function createCounters() {
  return { accepted: 0, delivered: 0, duplicates: 0, dropped: 0, failures: 0 }
}

/** One action after the other, in the order of the calls; one that fails stops none that follow. */
export function createTurns(): <Result>(action: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (action) => {
    const result = last.then(action)
    last = result.catch(() => undefined)
    return result
  }
}
