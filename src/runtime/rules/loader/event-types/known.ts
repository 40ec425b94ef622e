import { EVENT_TYPES } from './names.ts'

/** System calls that are told by another name than their event type's (libs, driver/ppm_events_public.h, PPM_SC_*). */
const SYSTEM_CALLS = `_llseek fcntl64 ftruncate64 pread64 prlimit64 pwrite64 sendfile64 truncate64 ugetrlimit umount2 unknown`

const KNOWN: ReadonlySet<string> = new Set([...EVENT_TYPES, ...SYSTEM_CALLS.split(' ')])

/** Whether `evt.type` can be this. */
export function isEventType(name: string): boolean {
  return KNOWN.has(name)
}
