import { SENSOR_EVENTS } from '../live/sensor-events.ts'
import { TRACED_CALLS } from './bpftrace-program.ts'
import type { SensorKind } from './choose-sensor.ts'

/** Types of the events that each sensor tells of, as `evt.type` has them. */
export const SEEN_EVENTS: Readonly<Record<SensorKind, ReadonlySet<string>>> = {
  ebpf: SENSOR_EVENTS,
  bpftrace: new Set(['execve', 'procexit', ...TRACED_CALLS.keys()]),
  connector: new Set([
    ...['clone', 'execve', 'procexit'],
    ...['setresuid', 'setresgid', 'setsid', 'ptrace', 'prctl'],
  ]),
  proc: new Set(['execve', 'procexit']),
}
