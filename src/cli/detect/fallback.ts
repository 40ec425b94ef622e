import { setTimeout as sleep } from 'node:timers/promises'
import type { Render } from '../../messages/index.ts'
import { matchedEventTypes, type Rule } from '../../runtime/rules/index.ts'
import {
  chooseSensor,
  FALLBACK_EVENTS,
  openBpftrace,
  openProc,
  type SensedSyscallEvent,
  type SensorKind,
  wantedCalls,
} from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { needs } from '../options.ts'
import type { ContainerTarget } from './container-groups.ts'
import { typesOf } from './event-types.ts'
import type { Input } from './inputs.ts'
import { askedSensor, type SensorChoice, sensorPath } from './kernel-sensor.ts'
import { detectMessages } from './messages.ts'
import { sensorFacts } from './sensor-facts.ts'
import type { SensorWatch } from './sensor-watch.ts'

const { make } = detectMessages

/**
 * Chooses where the events of this machine come from, and says why where that is not the sensor of our own.
 *
 * @throws UsageError where the one that is asked for cannot run
 */
export function chooseLiveSensor(
  options: SensorChoice & ContainerTarget,
  tell: (line: string) => void,
  render: Render,
): SensorKind {
  const asked = askedSensor(options)
  // A sensor of our own that was asked for says itself why it cannot run.
  if (asked === 'ebpf') return 'ebpf'
  const { kind, obstacles } = chooseSensor(sensorFacts(sensorPath(options)), asked)
  if (kind === undefined) {
    const reason = obstacles.map((obstacle) => render(obstacle)).join('; ')
    throw new UsageError('ERR_NO_SENSOR', make['sensor-impossible']({ reason }), detectMessages)
  }
  for (const obstacle of obstacles) tell(render(obstacle))
  for (const name of ['container', 'pod'] as const)
    if (kind !== 'ebpf' && options[name] !== undefined) throw needs(`--${name}`, '--sensor ebpf')
  return kind
}

type FallbackCounts = ReturnType<typeof openProc>['counts']

/** Says what a fallback cannot see of the rules. */
export function tellBlindness(
  kind: Exclude<SensorKind, 'ebpf'>,
  rules: readonly Rule[],
  tell: (line: string) => void,
  render: Render,
): void {
  const types = typesOf(rules)
  const seen = FALLBACK_EVENTS[kind]
  const blind = [...types].filter((type) => !seen.has(type)).sort()
  const dead = rules.filter(({ condition }) =>
    [...matchedEventTypes(condition)].every((type) => !seen.has(type)),
  )
  tell(render(make[`blind-${kind}`]({ calls: blind, rules: dead.length, all: rules.length })))
}

/** Opens the events of a fallback whose events are fields already. */
export function openFallbackInput(
  kind: Exclude<SensorKind, 'ebpf' | 'connector'>,
  rules: readonly Rule[],
  watch: SensorWatch,
): Input<SensedSyscallEvent> & { counts: FallbackCounts } {
  const options = {
    calls: wantedCalls(typesOf(rules)),
    exclude: [process.pid],
    ready: watch.ready,
    incident: watch.take,
  }
  const pause = (milliseconds: number, signal: AbortSignal) =>
    sleep(milliseconds, undefined, { signal }).catch(() => undefined)
  const fallback = kind === 'bpftrace' ? openBpftrace('bpftrace', options, pause) : openProc(options, pause)
  return {
    sensor: fallback.sensor,
    async stop() {
      fallback.stop()
    },
    counts: fallback.counts,
    stats: () => ({
      ...fallback.counts(),
      stops: watch.health.stops,
      gapSeconds: watch.health.gapSeconds,
      sensor: kind,
    }),
  }
}
