import type { Message, Render } from '../../messages/index.ts'
import {
  type KernelEvent,
  SEEN_EVENTS,
  type SensedSyscallEvent,
  type Sensor,
  type SensorIncident,
  type SensorKind,
  type SensorWants,
  wantedCalls,
} from '../../runtime/sensors/index.ts'
import { millisecondsOf } from '../behavior/duration.ts'
import { chooseLiveSensor, tellSight } from '../detect/choose-sensor.ts'
import { type ContainerTarget, containerGroups } from '../detect/container-groups.ts'
import { openFallback } from '../detect/fallback.ts'
import { lostBy, openSensor, type SensorChoice } from '../detect/kernel-sensor.ts'
import { stopOnSignals } from '../signals.ts'
import { captureMessages } from './messages.ts'

export interface LiveCaptureOptions extends SensorChoice, ContainerTarget {
  readonly rules?: readonly string[]
  readonly for?: string
}

/** Events of this machine's kernel as lines, until the time is over or the program is told to stop. */
export interface LiveCapture {
  readonly events: LiveEvents
  stop(): void
  /** Resolves when it is told to end, by whatever it is. */
  readonly stopped: Promise<void>
  /** Events that the sensor lost. */
  lost(): number
  /** Called when nothing more is read. */
  release(): void
}

/** As the kernel tells them, or as the fields that a fallback knows. */
export type LiveEvents =
  | { readonly form: 'kernel'; readonly sensor: Sensor<KernelEvent> }
  | { readonly form: 'fields'; readonly sensor: Sensor<SensedSyscallEvent> }

/**
 * @param types - of the events that are needed, as `evt.type` has them; undefined for all that the sensor can tell of
 * @param needs - what is needed besides events
 * @param ready - told when events are seen; with the milliseconds that they will be, 0 for no end
 * @param incident - told of what keeps the sensor from seeing
 * @param tell - told what takes the sensor's place, and what that does not see
 * @throws UsageError where there is no sensor, or no such container
 */
export async function openLiveCapture(
  options: LiveCaptureOptions,
  types: ReadonlySet<string> | undefined,
  needs: Omit<SensorWants, 'calls'>,
  ready: (milliseconds: number) => void,
  incident: (incident: SensorIncident) => void,
  tell: (line: string) => void,
  render: Render,
): Promise<LiveCapture> {
  const milliseconds = options.for === undefined ? 0 : millisecondsOf(options.for)
  const kind = chooseLiveSensor(options, options, tell, render)
  if (kind !== 'ebpf') tellSight(kind, seenOf(kind, types), tell, render)
  const groups = await containerGroups(options)
  let timer: NodeJS.Timeout | undefined
  let isReady = false
  const { promise: stopped, resolve: tellStopped } = Promise.withResolvers<void>()
  const stop = () => {
    tellStopped()
    opened.stop()
  }
  const told = {
    incident,
    // The time that the sensor takes to begin is none of the capture's.
    ready() {
      if (isReady) return
      isReady = true
      ready(milliseconds)
      if (milliseconds > 0) timer = setTimeout(stop, milliseconds)
    },
  }
  const opened = open()
  const unfollow = groups?.follow(opened.look)
  const unhandle = stopOnSignals({ stop, reload: () => undefined })
  return {
    events: opened.events,
    stop,
    stopped,
    lost: () => lostBy(opened),
    release() {
      clearTimeout(timer)
      unfollow?.()
      unhandle()
    },
  }

  function open() {
    if (kind === 'bpftrace' || kind === 'proc') {
      const fallback = openFallback(kind, types, told)
      const events: LiveEvents = { form: 'fields', sensor: fallback.sensor }
      return { ...fallback, events, look: () => undefined }
    }
    const kernel = openSensor(options, {
      calls: wantedCalls(types),
      ...needs,
      connector: kind === 'connector',
      ...told,
      ...(groups && { cgroups: groups.cgroups, monitors: groups.monitors }),
    })
    const events: LiveEvents = { form: 'kernel', sensor: kernel.sensor }
    return { ...kernel, events }
  }
}

/** Of the events that are asked for those that a fallback tells of. */
function seenOf(kind: Exclude<SensorKind, 'ebpf'>, types: ReadonlySet<string> | undefined): Message {
  const seen = [...SEEN_EVENTS[kind]].filter((type) => types === undefined || types.has(type))
  return captureMessages.make['seen-types']({ types: seen })
}
