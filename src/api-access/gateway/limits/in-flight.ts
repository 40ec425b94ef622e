import { isLongRunning, type RequestAttributes } from '../../request/index.ts'
import { FairQueue, type Release } from './fair-queue.ts'

export interface InFlightLimits {
  /** `--max-requests-inflight`: "the maximum number of non-mutating requests in flight at a given time" */
  readonly readOnly: number
  /** `--max-mutating-requests-inflight` */
  readonly mutating: number
  /** Watches and streams at a time, which the other two leave out. */
  readonly longRunning: number
}

/** The API server's own defaults for the first two. */
export const IN_FLIGHT_LIMITS: InFlightLimits = { readOnly: 400, mutating: 200, longRunning: 10_000 }

export type RequestKind = keyof InFlightLimits

/** How long a request may wait for its turn; the API server's limit for its queues. */
const PATIENCE_MILLISECONDS = 15_000
const WAITING_PER_USER = 50
const WAITING = 1000
/** Of the places: what one user holds on to, by answers that they never read, leaves others a quarter. */
const SHARE_OF_A_USER = 0.75

/** "verbs … get, list, watch" are those that change nothing (k8s.io/apiserver, `pkg/server/filters`, maxinflight). */
const READS = new Set(['get', 'list', 'watch'])

/** Lets in as many requests of each kind as the limits allow, and the users who wait in turn. */
export interface InFlight {
  /** @returns undefined for a request that has to be sent away with 429 */
  enter(attributes: RequestAttributes): Release | undefined | Promise<Release | undefined>
  counts(): Readonly<Record<RequestKind, { readonly taken: number; readonly waiting: number }>>
}

export function createInFlight(limits: InFlightLimits): InFlight {
  const queue = (places: number, isWaitedFor: boolean) =>
    new FairQueue({
      places,
      placesPerFlow: Math.max(1, Math.floor(places * SHARE_OF_A_USER)),
      waitingPerFlow: isWaitedFor ? WAITING_PER_USER : 0,
      waiting: WAITING,
      patience: PATIENCE_MILLISECONDS,
    })
  const queues = {
    readOnly: queue(limits.readOnly, true),
    mutating: queue(limits.mutating, true),
    // A place would not become free soon.
    longRunning: queue(limits.longRunning, false),
  }
  const count = ({ taken, waiting }: FairQueue) => ({ taken, waiting })
  return {
    enter(attributes) {
      const { user } = attributes
      const release = queues[kindOf(attributes)].enter(user.name)
      // "A system:master is so powerful that they should always get an answer."
      if (release === undefined && user.groups.includes('system:masters')) return () => {}
      return release
    },
    counts: () => ({
      readOnly: count(queues.readOnly),
      mutating: count(queues.mutating),
      longRunning: count(queues.longRunning),
    }),
  }
}

export function kindOf(attributes: RequestAttributes): RequestKind {
  if (isLongRunning(attributes)) return 'longRunning'
  return READS.has(attributes.verb) ? 'readOnly' : 'mutating'
}
