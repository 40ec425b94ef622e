import type { Rule } from '../../runtime/rules/index.ts'
import {
  openBpftrace,
  openProc,
  type SensedSyscallEvent,
  type SensorKind,
  wantedCalls,
} from '../../runtime/sensors/index.ts'
import { typesOf } from './event-types.ts'
import type { Input } from './inputs.ts'
import { pause } from './pause.ts'
import type { SensorWatch } from './sensor-watch.ts'

type FallbackCounts = ReturnType<typeof openProc>['counts']

type FieldKind = Exclude<SensorKind, 'ebpf' | 'connector'>

/**
 * Opens a fallback whose events are fields already.
 *
 * @param types - of the events that are needed, as `evt.type` has them; undefined for all that it can tell of
 */
export function openFallback(
  kind: FieldKind,
  types: ReadonlySet<string> | undefined,
  told: Pick<Parameters<typeof openProc>[0], 'ready' | 'incident'>,
): ReturnType<typeof openProc> {
  const options = { calls: wantedCalls(types), exclude: [process.pid], ...told }
  return kind === 'bpftrace' ? openBpftrace('bpftrace', options, pause) : openProc(options, pause)
}

/** Opens the events of such a fallback for the rules. */
export function openFallbackInput(
  kind: FieldKind,
  rules: readonly Rule[],
  watch: SensorWatch,
): Input<SensedSyscallEvent> & { counts: FallbackCounts } {
  const { sensor, stop, counts } = openFallback(kind, typesOf(rules), {
    ready: watch.ready,
    incident: watch.take,
  })
  return {
    sensor,
    async stop() {
      stop()
    },
    counts,
    stats: () => ({
      ...counts(),
      stops: watch.health.stops,
      gapSeconds: watch.health.gapSeconds,
      sensor: kind,
    }),
  }
}
