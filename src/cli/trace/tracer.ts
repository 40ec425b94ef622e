import {
  errorOf,
  errorResult,
  nameOfCall,
  openTrace,
  runStrace,
  type ShownCall,
  type Straced,
  showCall,
  type Traced,
} from '../../runtime/sensors/index.ts'

/** A call that is over, or the end of a thread, whoever saw it. */
export type TracedEvent =
  | {
      readonly kind: 'call'
      readonly pid: number
      readonly tid: number
      /** When it ended, nanoseconds since 1970. */
      readonly time: bigint
      /** Nanoseconds that it took. */
      readonly duration: number
      readonly name: string
      readonly hasFailed: boolean
      /** Whether the process runs another program by it. */
      readonly runsProgram: boolean
      show(): ShownCall
    }
  | Extract<Traced, { kind: 'exit' }>

/** What traces: the sensor, or strace in its place. */
export interface Tracer {
  readonly events: AsyncIterable<TracedEvent>
  /** Resolves when calls are seen; false where it cannot run here: `failure` says why. */
  readonly ready: Promise<boolean>
  failure(): { readonly code: string; readonly what: string; readonly reason: string } | undefined
  /** Calls that were not seen, by cause; without causes that did not occur. */
  lost(): Readonly<Record<string, number>>
  /** Looks at these control groups besides. */
  look(cgroups: readonly string[]): void
  stop(): void
}

/** Traces by the sensor: see `openTrace`. */
export function sensorTracer(options: Parameters<typeof openTrace>[0]): Tracer {
  const { traced, ready, failure, counts, look, stop } = openTrace(options)
  return {
    events: eventsOf(traced, ofSensor),
    ready,
    failure,
    lost: () => occurred(counts().drops),
    look,
    stop,
  }
}

/** Traces by strace: see `runStrace`. Processes that enter its control groups later are not seen. */
export function straceTracer(options: Parameters<typeof runStrace>[0]): Tracer {
  const { traced, ready, failure, unread, stop } = runStrace(options)
  return {
    events: eventsOf(traced, ofStrace),
    ready,
    failure,
    lost: () => occurred({ decode: unread() }),
    look: () => undefined,
    stop,
  }
}

async function* eventsOf<E>(
  traced: AsyncIterable<E>,
  eventOf: (event: E) => TracedEvent,
): AsyncIterable<TracedEvent> {
  for await (const event of traced) yield eventOf(event)
}

function occurred(causes: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(causes).filter(([, count]) => count > 0))
}

function ofSensor(traced: Traced): TracedEvent {
  if (traced.kind === 'exit') return traced
  const { call, program } = traced
  const { pid, tid, time, duration } = call
  return {
    kind: 'call',
    pid,
    tid,
    time,
    duration,
    name: nameOfCall(call),
    hasFailed: errorOf(call) !== undefined,
    runsProgram: program !== undefined,
    show: () => showCall(call, program),
  }
}

function ofStrace(straced: Straced): TracedEvent {
  if (straced.kind === 'exit') return straced
  const { pid, tid, time, duration, call } = straced
  const { name, args, result, errno } = call
  return {
    kind: 'call',
    pid,
    tid,
    time,
    duration,
    name,
    hasFailed: errno !== null,
    runsProgram: name.startsWith('execve') && errno === null,
    show: () => ({
      name,
      args,
      result: errno === null ? String(result ?? '?') : errorResult(errno),
      errno: errno ?? undefined,
    }),
  }
}
