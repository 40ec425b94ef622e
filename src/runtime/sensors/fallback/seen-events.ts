import { TRACED_CALLS } from './bpftrace-program.ts'
import type { SensorKind } from './choose-sensor.ts'

/** Types of the events that each fallback tells of, as `evt.type` has them. */
export const FALLBACK_EVENTS: Readonly<Record<Exclude<SensorKind, 'ebpf'>, ReadonlySet<string>>> = {
  bpftrace: new Set(['execve', 'procexit', ...TRACED_CALLS.keys()]),
  connector: new Set([
    ...['clone', 'execve', 'procexit'],
    ...['setresuid', 'setresgid', 'setsid', 'ptrace', 'prctl'],
  ]),
  proc: new Set(['execve', 'procexit']),
}
