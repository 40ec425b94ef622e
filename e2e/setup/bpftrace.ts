import { spawnSync } from 'node:child_process'
import { install } from './packages.ts'

/** Tracepoints are looked up in tracefs, which containers and small systems have not mounted. */
export const WITH_TRACEFS = [
  ...['unshare', '--mount', 'sh', '-c'],
  '[ -e /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing; exec "$@"',
  'sh',
]

/** Whether bpftrace is here and may run; it is installed with apt-get where it is absent and root asks. */
export function hasBpftrace(): boolean {
  if (process.getuid?.() !== 0) return false
  const works = () => spawnSync('bpftrace', ['--version']).status === 0
  if (!works()) install(['bpftrace'])
  return works()
}
