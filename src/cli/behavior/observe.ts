import { visible } from '../../findings/index.ts'
import type { Message, Render } from '../../messages/index.ts'
import { createKernelView, type EventView, viewOfFields } from '../../runtime/behavior/index.ts'
import {
  type Container,
  type SensedSyscallEvent,
  type Sensor,
  type SensorKind,
  wantedCalls,
} from '../../runtime/sensors/index.ts'
import { chooseLiveSensor, tellSight } from '../detect/choose-sensor.ts'
import { openFallback } from '../detect/fallback.ts'
import { createProblemTeller } from '../detect/input-problems.ts'
import { openSyscallInput } from '../detect/inputs.ts'
import { lostBy, openSensor, type SensorChoice } from '../detect/kernel-sensor.ts'
import { UsageError } from '../exit.ts'
import { needs } from '../options.ts'
import { stopOnSignals } from '../signals.ts'
import { millisecondsOf } from './duration.ts'
import { behaviorMessages } from './messages.ts'
import { createObservedContainers, type ObservedContainers } from './observed-containers.ts'
import { createSteadyClock } from './steady-clock.ts'

const { make } = behaviorMessages

/** Where the events come from. */
export interface ObserveOptions extends SensorChoice {
  readonly events?: readonly string[]
  readonly live?: boolean
  readonly for?: string
  /** Names of pods and containers, which no fallback tells that has no part of the sensor. */
  readonly pod?: string
  readonly name?: string
  readonly quiet?: boolean
}

/** How an observation ended. */
export interface Observed {
  /** Events that were lost, as far as is known. */
  readonly lost: number
  /** What took the sensor's place, and does not see all that was asked for. */
  readonly fallback?: FallbackKind
  /** Of live events: the time that was recorded, and whether that is less than was asked for. */
  readonly live?: LiveRecording
}

/** What is known of a recording of this machine. Times are milliseconds since 1970, by the clock as it was in the beginning. */
export interface LiveRecording {
  readonly begin: number
  readonly end: number
  /** Whether it was to last longer, or never began: it says nothing of the time that is missing. */
  readonly isShort: boolean
  readonly containers: Pick<ObservedContainers, 'complete' | 'stayed'>
}

export type FallbackKind = Exclude<SensorKind, 'ebpf'>

const TOLD_PROBLEMS = 20

/**
 * Gives every event of the input to `take`, until the input or the time is over, or the program is told to stop.
 *
 * @param types - types of events that are needed besides what the sensor tells of each control group
 * @param render - knows the messages of sensors, of detection and of this folder
 * @param blindness - what is not seen where something takes the sensor's place; without it nothing may
 * @param begun - called once events of this machine are seen, for what was so before them
 * @throws UsageError where the options do not name one input, or nothing can tell of these events here
 */
export async function observe(
  options: ObserveOptions,
  types: ReadonlySet<string>,
  render: Render,
  take: (view: EventView) => void,
  blindness?: (fallback: FallbackKind) => Message,
  begun?: () => Promise<void>,
): Promise<Observed> {
  if ((options.events === undefined) === (options.live !== true))
    throw new UsageError('ERR_INPUT', make['one-input']({}), behaviorMessages)
  const tell = (line: string) => process.stderr.write(`${visible(line)}\n`)
  if (options.events !== undefined) {
    const { form, input } = await openSyscallInput({ events: options.events })
    const kernelView = createKernelView()
    return form === 'capture'
      ? { lost: await drain(input.sensor, (event) => take(kernelView(event)), tell, render) }
      : { lost: await drain(input.sensor, (event) => take(viewOfFields(event)), tell, render) }
  }
  const milliseconds = options.for === undefined ? 0 : millisecondsOf(options.for)
  const kind = chooseLiveSensor(options, {}, tell, render, blindness === undefined ? 'only-ebpf' : 'any')
  for (const option of ['pod', 'name'] as const)
    if ((kind === 'bpftrace' || kind === 'proc') && options[option] !== undefined)
      throw needs(`--${option}`, '--sensor ebpf')
  if (kind !== 'ebpf' && blindness !== undefined) tellSight(kind, blindness(kind), tell, render)
  const clock = createSteadyClock()
  let timer: NodeJS.Timeout | undefined
  let begin: number | undefined
  let end: number | undefined
  let isOver = false
  const stop = () => {
    end ??= clock.now()
    opened.stop()
  }
  // The time that the sensor takes to begin is none of the recording's, and what happened by then is not in it.
  const ready = () => {
    if (begin !== undefined) return
    begin = clock.now()
    asked = Promise.all([containers.ask(), begun?.()])
    // It is waited for in the end.
    asked.catch(() => undefined)
    if (options.quiet !== true) tell(render(make.recording({ seconds: milliseconds / 1000 })))
    if (milliseconds === 0) return
    timer = setTimeout(() => {
      isOver = true
      stop()
    }, milliseconds)
  }
  const opened = open()
  const containers = createObservedContainers(options.containerRuntime, opened.container)
  let asked: Promise<unknown> = Promise.resolve()
  const release = stopOnSignals({ stop, reload: () => undefined })
  try {
    const lost = await opened.drain()
    end ??= clock.now()
    await asked
    // Those that began meanwhile, too.
    await containers.ask()
    const isShort = begin === undefined || (milliseconds > 0 && !isOver)
    if (begin !== undefined && isShort)
      tell(render(make.short({ seconds: toSeconds(end - begin), asked: toSeconds(milliseconds) })))
    return {
      lost: lost + lostBy(opened),
      ...(kind !== 'ebpf' && { fallback: kind }),
      live: { begin: begin ?? end, end, isShort, containers },
    }
  } finally {
    clearTimeout(timer)
    release()
  }

  function open() {
    if (kind === 'bpftrace' || kind === 'proc') {
      const fallback = openFallback(kind, types, { ready, incident: () => undefined })
      const each = (event: SensedSyscallEvent) => {
        const view = viewOfFields(event)
        take({ ...view, time: clock.of(view.time) })
      }
      return { ...fallback, container: unknown, drain: () => drain(fallback.sensor, each, tell, render) }
    }
    const connector = kind === 'connector'
    const kernel = openSensor(options, { calls: wantedCalls(types), behavior: !connector, connector, ready })
    const view = createKernelView(clock.of)
    return {
      ...kernel,
      container: kernel.containers.get,
      drain: () => drain(kernel.sensor, (event) => take(view(event)), tell, render),
    }
  }
}

function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000)
}

/** What a fallback without a part of the sensor knows of containers. */
function unknown(_: string): Container | undefined {
  return undefined
}

/** @returns how many problems of the input lost events */
async function drain<E>(
  sensor: Sensor<E>,
  take: (event: E) => void,
  tell: (line: string) => void,
  render: Render,
): Promise<number> {
  const counts = { problems: 0, lost: 0 }
  const teller = createProblemTeller(counts, TOLD_PROBLEMS, tell, render)
  for await (const batch of sensor) {
    for (const problem of batch.problems) teller.take(problem)
    for (const event of batch.events) take(event)
  }
  teller.end()
  return counts.lost
}
