import { type AuditEvent, timeOf } from '../../../api-access/audit/index.ts'
import { resourceText } from './object-text.ts'

/** How often something occurred, and how much text that made. */
export interface Count {
  readonly name: string
  readonly events: number
  readonly bytes: number
}

/** The most frequent first, and how many others there are. */
export interface Ranking {
  readonly top: readonly Count[]
  readonly others: number
}

export interface Statistics {
  readonly events: number
  readonly bytes: number
  /** Of the earliest event and the latest, RFC 3339; absent where no event has one. */
  readonly first?: string
  readonly last?: string
  readonly users: Ranking
  readonly verbs: Ranking
  readonly resources: Ranking
  readonly namespaces: Ranking
  readonly codes: Ranking
  /** Requests that were answered 401 or 403: who wanted to do what. */
  readonly refused: Ranking
}

/** Counts events, one after the other. */
export interface Tally {
  add(event: AuditEvent, bytes: number): void
  statistics(most: number): Statistics
}

/** Names beyond are counted as one, so that memory has a bound whatever a log holds. */
const MOST_NAMES = 50_000
const BEYOND = '…'

export function createTally(): Tally {
  const counters = {
    users: createCounter(),
    verbs: createCounter(),
    resources: createCounter(),
    namespaces: createCounter(),
    codes: createCounter(),
    refused: createCounter(),
  }
  let events = 0
  let bytes = 0
  let first = ''
  let last = ''
  return {
    add(event, size) {
      events += 1
      bytes += size
      const time = timeOf(event)
      if (time !== '' && (first === '' || time < first)) first = time
      if (time > last) last = time
      const user = event.impersonatedUser?.username ?? event.user?.username ?? ''
      const resource = resourceText(event) ?? event.requestURI?.split('?')[0] ?? ''
      const code = event.responseStatus?.code
      counters.users.add(user, size)
      counters.verbs.add(event.verb ?? '', size)
      counters.resources.add(resource, size)
      if (event.objectRef?.namespace) counters.namespaces.add(event.objectRef.namespace, size)
      if (code !== undefined) counters.codes.add(String(code), size)
      if (code === 401 || code === 403) counters.refused.add(`${user} ${event.verb ?? ''} ${resource}`, size)
    },
    statistics(most) {
      const { users, verbs, resources, namespaces, codes, refused } = counters
      return {
        events,
        bytes,
        ...(first !== '' && { first, last }),
        users: users.ranking(most),
        verbs: verbs.ranking(most),
        resources: resources.ranking(most),
        namespaces: namespaces.ranking(most),
        codes: codes.ranking(most),
        refused: refused.ranking(most),
      }
    },
  }
}

function createCounter() {
  const counts = new Map<string, { events: number; bytes: number }>()
  return {
    add(name: string, bytes: number): void {
      const key = counts.has(name) || counts.size < MOST_NAMES ? name : BEYOND
      const count = counts.get(key)
      if (count === undefined) counts.set(key, { events: 1, bytes })
      else {
        count.events += 1
        count.bytes += bytes
      }
    },
    ranking(most: number): Ranking {
      const sorted = [...counts]
        .map(([name, count]) => ({ name, ...count }))
        .sort((a, b) => b.events - a.events || b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
      return { top: sorted.slice(0, most), others: Math.max(0, sorted.length - most) }
    },
  }
}
