import {
  type KernelEvent,
  type Sensor,
  type SensorIncident,
  wantedCalls,
} from '../../runtime/sensors/index.ts'
import { millisecondsOf } from '../behavior/duration.ts'
import { type ContainerTarget, containerGroups } from '../detect/container-groups.ts'
import { lostBy, openSensor, type SensorChoice } from '../detect/kernel-sensor.ts'
import { stopOnSignals } from '../signals.ts'

export interface LiveCaptureOptions extends SensorChoice, ContainerTarget {
  readonly rules?: readonly string[]
  readonly for?: string
}

/** The kernel's events of this machine, until the time is over or the program is told to stop. */
export interface LiveCapture {
  readonly sensor: Sensor<KernelEvent>
  stop(): void
  /** Events that the sensor lost. */
  lost(): number
  /** Called when nothing more is read. */
  release(): void
}

/**
 * @param types - of the events that are needed, as `evt.type` has them; undefined for all that the sensor can tell of
 * @param ready - told when events are seen; with the milliseconds that they will be, 0 for no end
 * @param incident - told of what keeps the sensor from seeing
 * @throws UsageError where there is no sensor, or no such container
 */
export async function openLiveCapture(
  options: LiveCaptureOptions,
  types: ReadonlySet<string> | undefined,
  ready: (milliseconds: number) => void,
  incident: (incident: SensorIncident) => void,
): Promise<LiveCapture> {
  const milliseconds = options.for === undefined ? 0 : millisecondsOf(options.for)
  const groups = await containerGroups(options)
  let timer: NodeJS.Timeout | undefined
  let isReady = false
  const kernel = openSensor(options, {
    calls: wantedCalls(types),
    incident,
    ...(groups && { cgroups: groups.cgroups }),
    // The time that the sensor takes to begin is none of the capture's.
    ready() {
      if (isReady) return
      isReady = true
      ready(milliseconds)
      if (milliseconds > 0) timer = setTimeout(() => kernel.stop(), milliseconds)
    },
  })
  const unfollow = groups?.follow(kernel.look)
  const unhandle = stopOnSignals({ stop: () => kernel.stop(), reload: () => undefined })
  return {
    sensor: kernel.sensor,
    stop: kernel.stop,
    lost: () => lostBy(kernel),
    release() {
      clearTimeout(timer)
      unfollow?.()
      unhandle()
    },
  }
}
