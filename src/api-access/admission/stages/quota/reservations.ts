import type { GroupResource, KubernetesObject, ObjectView } from '../../../../kubernetes/index.ts'
import { add, NOTHING, type ResourceList } from '../pods/resource-list.ts'

/** What a request was granted that the view does not show yet. */
interface Reservation {
  readonly type: GroupResource
  readonly name: string
  /** For a change: the version that was changed. */
  readonly oldVersion: string | undefined
  readonly usage: ResourceList
  readonly expiresAt: number
}

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

  /** What is reserved of a quota and not seen yet. */
  outstanding(quota: string, namespace: string, view: ObjectView, now: number): ResourceList {
    const all = this.#byQuota.get(quota)
    if (all === undefined) return NOTHING
    const left = all.filter((each) => each.expiresAt > now && !isSeen(each, namespace, view))
    if (left.length === 0) this.#byQuota.delete(quota)
    else this.#byQuota.set(quota, left)
    return left.reduce((sum, { usage }) => add(sum, usage), NOTHING)
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
