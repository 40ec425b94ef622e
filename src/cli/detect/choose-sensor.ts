import type { Message, Render } from '../../messages/index.ts'
import { chooseSensor, SENSOR_KINDS, type SensorKind } from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { needs } from '../options.ts'
import { askedSensor, type SensorChoice, sensorPath } from './kernel-sensor.ts'
import { detectMessages } from './messages.ts'
import { sensorFacts } from './sensor-facts.ts'

const { make } = detectMessages

/** Which containers or pods are looked at; only the sensor of our own can look at some alone. */
interface Target {
  readonly container?: unknown
  readonly pod?: unknown
}

/**
 * Chooses where the events of this machine come from, and says why where that is not the sensor of our own.
 *
 * @param target - what the sensor itself is to look at alone
 * @param would - whether any sensor would do, or our own alone
 * @throws UsageError where the one that is asked for cannot run, or none that would do
 */
export function chooseLiveSensor(
  choice: SensorChoice,
  target: Target,
  tell: (line: string) => void,
  render: Render,
  would: 'any' | 'only-ebpf' = 'any',
): SensorKind {
  const asked = askedSensor(choice)
  if (would === 'only-ebpf' && asked !== undefined && asked !== 'ebpf')
    throw new UsageError('ERR_OPTION_VALUE', make['only-ebpf']({ sensor: asked }), detectMessages)
  // A sensor of our own that was asked for says itself why it cannot run.
  if (asked === 'ebpf') return 'ebpf'
  const { kind, obstacles } = chooseSensor(
    sensorFacts(sensorPath(choice)),
    asked !== undefined ? [asked] : would === 'any' ? SENSOR_KINDS : ['ebpf'],
  )
  if (kind === undefined) throw cannotSense(obstacles, asked !== undefined, render)
  for (const obstacle of obstacles) tell(render(obstacle))
  for (const name of ['container', 'pod'] as const)
    if (kind !== 'ebpf' && target[name] !== undefined) throw needs(`--${name}`, '--sensor ebpf')
  return kind
}

/** Says what a sensor sees at all. */
export function tellSight(
  kind: SensorKind,
  blindness: Message,
  tell: (line: string) => void,
  render: Render,
): void {
  tell(render(make[`sees-${kind}`]({ blindness: render(blindness) })))
}

/** The error where no sensor can run. @param obstacles - why each could not. @param isAsked - whether one was named */
export function cannotSense(obstacles: readonly Message[], isAsked: boolean, render: Render): UsageError {
  const reason = obstacles.map((obstacle) => render(obstacle)).join('; ')
  const said = isAsked ? make['sensor-impossible']({ reason }) : make['no-sensor-here']({ reason })
  return new UsageError('ERR_NO_SENSOR', said, detectMessages)
}
