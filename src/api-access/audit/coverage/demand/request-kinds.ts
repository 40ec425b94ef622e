import {
  CONNECTING_SUBRESOURCES,
  LONG_RUNNING_SUBRESOURCES,
  LONG_RUNNING_VERBS,
  WRITES,
} from '../../policy/index.ts'
import { ALL_REQUESTS, NON_RESOURCE, overlap, RESOURCE, type Region } from '../../policy/lint/region.ts'
import { isEmpty, only, subtract } from '../../policy/lint/value-set.ts'

const WITH_BODY: Region = {
  ...ALL_REQUESTS,
  kind: only([RESOURCE]),
  verb: only(WRITES),
  subresource: { values: CONNECTING_SUBRESOURCES, inverted: true },
}

/** The requests of a region that have a body which can be recorded; undefined for none. */
export function bodyRequests(region: Region): Region | undefined {
  return overlap(region, WITH_BODY)
}

/** Whether all requests of a region last, so that each of them has an event when its response starts. */
export function isLongRunning({ kind, verb, subresource }: Region): boolean {
  if (kind.values.has(NON_RESOURCE)) return false
  return (
    isEmpty(subtract(subresource, only(LONG_RUNNING_SUBRESOURCES))) ||
    isEmpty(subtract(verb, only(LONG_RUNNING_VERBS)))
  )
}
