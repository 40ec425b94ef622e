import { setTimeout as sleep } from 'node:timers/promises'

/** Waits before a sensor is started again; no longer than until it is stopped. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return sleep(milliseconds, undefined, { signal }).catch(() => undefined)
}
