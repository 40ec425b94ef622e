import { randomUUID } from 'node:crypto'
import type { AuditEvent, AuditedRequest, AuditSink, CompiledPolicy, Redact } from '../../audit/index.ts'
import { SinkFeed } from './feed.ts'
import type { Journal } from './journal.ts'
import { createTimeFormat } from './time.ts'
import { type AuditedCall, RecordedTrace, SILENT, type Trace, type TraceContext } from './trace.ts'

export interface TrailOptions {
  readonly policy: CompiledPolicy
  readonly redact: Redact
  readonly sinks: readonly AuditSink[]
  /** Where the policy keeps a request, that it began stands here before anything is done with it. */
  readonly journal: Journal
  /** Of one body in an event, in bytes: 1 MiB. */
  readonly bodyBytes?: number
  /** What may wait for the sinks, in bytes: 64 MiB. */
  readonly waitingBytes?: number
  /** Told of each event that is made, for the metrics. */
  readonly onEvent?: (event: AuditEvent) => void
  /** Told when a sink does not take events; they are offered again. */
  readonly onFailure?: (error: unknown) => void
}

/** Makes the audit events of requests and sees that they are kept. */
export interface Trail {
  /**
   * Begins to follow a request.
   *
   * @param asked - before impersonation; without a user where authentication failed
   * @returns undefined where so much waits for the sinks that the request has to be sent away
   */
  begin(asked: AuditedRequest, call: AuditedCall): Trace | undefined
  /** Whether events find a place. */
  readonly isReady: boolean
  /** Bytes that wait for the sinks, and requests that are open. */
  stats(): { readonly waitingBytes: number; readonly open: number }
  /** Delivers what waits and lets go of sinks and journal. */
  close(): Promise<void>
}

const MEBIBYTE = 1024 * 1024

/** What a recovered event says of itself. */
const RECOVERED_ANNOTATION = 'haetae.io/recovered'
const RECOVERED = 'the gate ended before this event was kept; what became of the request is not known'

/**
 * Opens the trail. Requests that a former process left unfinished become events that say so.
 */
export function openTrail(options: TrailOptions): Trail {
  const { policy, redact, sinks, journal, onEvent } = options
  const waitingBytes = options.waitingBytes ?? 64 * MEBIBYTE
  const feeds = sinks.map((sink) => new SinkFeed(sink, (error) => options.onFailure?.(error)))
  const format = createTimeFormat()

  const emit = (event: AuditEvent, bytes: number, onKept: () => void) => {
    onEvent?.(event)
    const redacted = redact(event)
    let left = feeds.length
    if (left === 0) onKept()
    const onTaken = () => {
      left -= 1
      if (left === 0) onKept()
    }
    for (const feed of feeds) feed.push(redacted, bytes, onTaken)
  }

  const context: TraceContext = {
    journal,
    emit,
    redact,
    bodyBytes: options.bodyBytes ?? MEBIBYTE,
    time: () => format(performance.timeOrigin + performance.now()),
  }
  const trail: Trail = {
    get isReady() {
      return feeds.every((feed) => feed.bytes < waitingBytes)
    },
    begin(asked, call) {
      const decision = policy.decide(asked)
      if (decision.level === 'None') return SILENT
      if (!trail.isReady) return undefined
      return new RecordedTrace(context, randomUUID(), decision, asked, call)
    },
    stats: () => ({
      waitingBytes: feeds.reduce((most, { bytes }) => Math.max(most, bytes), 0),
      open: journal.open,
    }),
    async close() {
      await Promise.all(feeds.map((feed) => feed.stop()))
      journal.close()
    },
  }
  recover(journal, emit, context.time())
  return trail
}

function recover(
  journal: Journal,
  emit: (event: AuditEvent, bytes: number, onKept: () => void) => void,
  time: string,
): void {
  let left = journal.unfinished.size
  if (left === 0) journal.settle()
  for (const record of journal.unfinished.values()) {
    const begun = JSON.parse(record) as AuditEvent
    const annotations = { ...begun.annotations, [RECOVERED_ANNOTATION]: RECOVERED }
    emit({ ...begun, stageTimestamp: time, annotations }, record.length, () => {
      left -= 1
      if (left === 0) journal.settle()
    })
  }
}
