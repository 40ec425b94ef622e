import type { FilterNode } from '../../../../runtime/rules/index.ts'
import { RESOURCE_VERBS, STAGES, type Stage } from '../../policy/index.ts'
import { RESOURCE, type Region } from '../../policy/lint/region.ts'
import { has, intersect, isEmpty, only, subtract, type ValueSet } from '../../policy/lint/value-set.ts'
import { type Alternative, type BodyRead, ofPaths, ofResources } from './alternative.ts'
import { alternativesOf } from './alternatives.ts'
import { ownResources } from './own-resources.ts'
import { bodyRequests } from './request-kinds.ts'
import { withoutOtherUris } from './uri.ts'

/** Requests whose events a condition wants to see, and what of them. */
export interface Demand {
  readonly region: Region
  /** The stages at which the condition can hold, in the order of time. */
  readonly stages: readonly Stage[]
  readonly groups?: readonly string[]
  readonly reads: readonly BodyRead[]
  /** At `RequestReceived` it can hold for a request for which it does not hold later. */
  readonly holdsEarly: boolean
}

/**
 * What a condition demands of an audit policy, in boxes of requests. The demand is never less than what the condition can
 * match, with one assumption: that a resource which a rule names is Kubernetes' own of that name, not a custom one.
 *
 * @returns none where the condition can never hold
 */
export function demandsOf(condition: FilterNode): readonly Demand[] {
  return alternativesOf(condition).flatMap(refined)
}

function refined(alternative: Alternative): readonly Demand[] {
  const { stages, otherUris, groups, reads, holdsEarly } = alternative
  const region = present(withoutOtherUris(alternative.region, otherUris))
  if (region === undefined) return []
  const isBody = reads.some(({ body, whenAbsent }) => body === 'requestObject' && !whenAbsent)
  const possible = isBody ? bodyRequests(region) : region
  if (possible === undefined) return []
  const common = { ...(groups && { groups }), reads }
  return ownResources(withVerbs(possible)).flatMap((each) =>
    byUser(withNewNames(each), stages).map((part) => ({
      ...common,
      ...part,
      holdsEarly: holdsEarly && part.stages.includes('RequestReceived'),
    })),
  )
}

/**
 * Requests whose authentication failed have no user, and one event: "an audit event of the failed authentication" is made
 * when the response starts (k8s.io/apiserver, endpoints/filters, authn_audit).
 */
function byUser(region: Region, stages: ValueSet): readonly Pick<Demand, 'region' | 'stages'>[] {
  const all = STAGES.filter((stage) => has(stages, stage))
  const parts = [
    { region: { ...region, user: subtract(region.user, only([''])) }, stages: all },
    {
      region: { ...region, user: intersect(region.user, only([''])) },
      stages: all.filter((stage) => stage === 'ResponseStarted'),
    },
  ]
  return parts.filter((part) => part.stages.length > 0 && !isEmpty(part.region.user))
}

/** Requests without a resource are those for paths; the empty text has said so up to here. */
function present(region: Region): Region | undefined {
  const withResource = subtract(region.resource, only(['']))
  if (isEmpty(withResource)) {
    const paths = ofPaths(region)
    return isEmpty(intersect(paths.kind, region.kind))
      ? undefined
      : { ...paths, resource: { values: new Set(), inverted: true } }
  }
  return { ...(has(region.resource, '') ? region : ofResources(region)), resource: withResource }
}

/** The verbs of requests for resources are few: where some are excluded, the others are named. */
function withVerbs(region: Region): Region {
  if (has(region.kind, 'non-resource') || !region.verb.inverted) return region
  const verbs = RESOURCE_VERBS.filter((verb) => has(region.verb, verb))
  return verbs.length === RESOURCE_VERBS.length ? region : { ...region, verb: only(verbs) }
}

/** A new object's name stands in its body, not in the request that the policy is asked about. */
function withNewNames(region: Region): Region {
  const isNew = has(region.kind, RESOURCE) && has(region.verb, 'create') && has(region.subresource, '')
  if (!isNew || has(region.name, '')) return region
  const { values, inverted } = region.name
  return {
    ...region,
    name: inverted ? { values: values.difference(new Set([''])), inverted } : only([...values, '']),
  }
}
