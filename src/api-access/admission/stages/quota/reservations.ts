import type { GroupResource, KubernetesObject, ObjectView, Quantity } from '../../../../kubernetes/index.ts'
import { add, NOTHING, type ResourceList } from '../pods/resource-list.ts'

/** What a request was granted that the view does not show yet. */
interface Reservation {
  readonly type: GroupResource
  readonly name: string
  /** For a change: the version that was changed. */
  readonly oldVersion: string | undefined
  readonly usage: ResourceList
  /** What the quota's status said was used when this was granted. */
  readonly usedBefore: ResourceList
  readonly expiresAt: number
}

/** What was granted of a quota and is not seen yet. */
export interface Outstanding {
  readonly granted: ResourceList
  /** For each of its resources, what the status said before the first of these was granted. */
  readonly usedBefore: ResourceList
}

const NONE: Outstanding = { granted: NOTHING, usedBefore: NOTHING }

/** A granted request whose object has not been seen by then came to nothing. */
const UNSEEN_MILLISECONDS = 30_000
/** An object whose name the server makes cannot be told when it comes: it is seen within this time. */
const NAMELESS_MILLISECONDS = 2_000
/** Of one quota; more than an API server works on at once. */
const MOST = 10_000

/**
 * Keeps requests that come at once from being granted the same rest of a quota: each grant is reserved until its
 * object is seen, or its time is over.
 */
export class Reservations {
  readonly #byQuota = new Map<string, Reservation[]>()

  outstanding(quota: string, namespace: string, view: ObjectView, now: number): Outstanding {
    const all = this.#byQuota.get(quota)
    if (all === undefined) return NONE
    const left = all.filter((each) => each.expiresAt > now && !isSeen(each, namespace, view))
    if (left.length === 0) this.#byQuota.delete(quota)
    else this.#byQuota.set(quota, left)
    const usedBefore = new Map<string, Quantity>()
    for (const { usage, usedBefore: own } of left)
      for (const name of usage.keys()) {
        const amount = own.get(name)
        if (amount !== undefined && !usedBefore.has(name)) usedBefore.set(name, amount)
      }
    return { granted: left.reduce((sum, { usage }) => add(sum, usage), NOTHING), usedBefore }
  }

  /** @returns false where there is no room for another: the request must be refused */
  reserve(quota: string, grant: Omit<Reservation, 'expiresAt'>, now: number): boolean {
    const all = this.#byQuota.get(quota) ?? []
    if (all.length >= MOST) return false
    const lasts = grant.name === '' ? NAMELESS_MILLISECONDS : UNSEEN_MILLISECONDS
    this.#byQuota.set(quota, [...all, { ...grant, expiresAt: now + lasts }])
    return true
  }
}

function isSeen({ type, name, oldVersion }: Reservation, namespace: string, view: ObjectView): boolean {
  if (name === '') return false
  const found: KubernetesObject | undefined = view.get(type, namespace, name)
  return found !== undefined && found.metadata?.resourceVersion !== oldVersion
}
