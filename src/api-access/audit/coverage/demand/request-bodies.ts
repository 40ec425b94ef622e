import { CONNECTING_SUBRESOURCES, WRITES } from '../../policy/index.ts'
import { ALL_REQUESTS, overlap, RESOURCE, type Region } from '../../policy/lint/region.ts'
import { only } from '../../policy/lint/value-set.ts'

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
