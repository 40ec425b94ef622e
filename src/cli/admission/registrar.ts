import { setTimeout as sleep } from 'node:timers/promises'
import type { LeaseHolder } from '../../api-access/admission/index.ts'

/** A third of the time after which others take a dead replica's Lease. */
const ROUND_MILLISECONDS = 5_000

export interface RegistrarOptions {
  readonly lease: LeaseHolder
  /** What the leader does in each round: the authority, then the registration. */
  readonly lead: () => Promise<void>
  readonly onLeading: () => void
  readonly onTrouble: (error: unknown) => void
}

/** Keeps the registration as long as this replica leads. */
export interface Registrar {
  /** Lets another replica lead. */
  stop(): Promise<void>
}

/** Starts the rounds; a round that fails is followed by the next. */
export function startRegistrar({ lease, lead, onLeading, onTrouble }: RegistrarOptions): Registrar {
  const end = new AbortController()
  let isLeading = false

  async function round(): Promise<void> {
    const holds = await lease.tryHold()
    if (holds && !isLeading) onLeading()
    isLeading = holds
    if (holds) await lead()
  }
  async function rounds(): Promise<void> {
    while (!end.signal.aborted) {
      try {
        await round()
      } catch (error) {
        isLeading = false
        onTrouble(error)
      }
      await sleep(ROUND_MILLISECONDS, undefined, { signal: end.signal }).catch(() => undefined)
    }
  }
  const done = rounds()
  return {
    async stop() {
      end.abort()
      await done
      await lease.release().catch(onTrouble)
    },
  }
}
