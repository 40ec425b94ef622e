import type { GroupResource, KubernetesObject } from '../../../../kubernetes/index.ts'
import { aggregated, forbidden } from '../../refusals.ts'
import type { AdmissionRequest, AdmissionStage, AdmissionSurroundings } from '../../stage.ts'
import { containersOf } from '../pods/containers.ts'
import { withDefaultRequests } from '../pods/default-requests.ts'
import { objectOf, podOf } from '../pods/pod-request.ts'
import { resourceListOf } from '../pods/resource-list.ts'
import { violations } from './constraints.ts'
import { withDefaultResources } from './default-resources.ts'
import { limitsOf } from './limit-range.ts'
import { askedBy, askedByPod } from './pod-sums.ts'

const LIMIT_RANGES: GroupResource = { group: '', resource: 'limitranges' }

/**
 * "Observes the incoming request and ensures that it does not violate any of the constraints enumerated in the
 * LimitRange object in a Namespace … can also be used to apply default resource requests" (Kubernetes documentation,
 * "LimitRanger").
 */
export const limitRanger: AdmissionStage = {
  name: 'LimitRanger',
  mutate(request, surroundings) {
    if (subjectOf(request) !== 'Pod') return {}
    const limitRanges = limitRangesFor(request, surroundings)
    if (limitRanges === undefined) return { refusal: unknownLimits(request) }
    if (limitRanges.length === 0) return {}
    const pod = podOf(request.object)
    const defaulted = limitRanges.reduce(withDefaultResources, withDefaultRequests(pod))
    return defaulted === pod ? {} : { object: objectOf(defaulted) }
  },
  validate(request, surroundings) {
    const subject = subjectOf(request)
    if (subject === undefined) return {}
    const limitRanges = limitRangesFor(request, surroundings)
    if (limitRanges === undefined) return { refusal: unknownLimits(request) }
    for (const limitRange of limitRanges) {
      const problems =
        subject === 'Pod' ? ofPod(request.object, limitRange) : ofClaim(request.object, limitRange)
      if (problems.length > 0) return { refusal: forbidden(request, aggregated(problems)) }
    }
    return {}
  },
}

function subjectOf({ operation, kind, subresource, oldObject }: AdmissionRequest) {
  if (kind.group !== '' || (subresource !== '' && subresource !== 'resize')) return undefined
  if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined
  // "ignore all objects marked for deletion"
  if (oldObject?.metadata?.deletionTimestamp !== undefined) return undefined
  if (kind.kind === 'PersistentVolumeClaim') return subresource === '' ? kind.kind : undefined
  // What containers ask for changes by `pods/resize`, and by no other update.
  if (subresource === 'resize') return kind.kind === 'Pod' && operation === 'UPDATE' ? kind.kind : undefined
  return kind.kind === 'Pod' && operation === 'CREATE' ? kind.kind : undefined
}

function limitRangesFor(
  { namespace }: AdmissionRequest,
  { objects }: AdmissionSurroundings,
): readonly KubernetesObject[] | undefined {
  return objects.isComplete(LIMIT_RANGES) ? [...objects.list(LIMIT_RANGES, namespace)] : undefined
}

function unknownLimits(request: AdmissionRequest) {
  const { operation, resource } = request
  const text = `${resource.group}/${resource.version}, Resource=${resource.resource}`
  return forbidden(
    request,
    `unable to ${operation} ${text} at this time because there was an error enforcing limit ranges`,
  )
}

function ofPod(object: KubernetesObject | undefined, limitRange: KubernetesObject): readonly string[] {
  const pod = withDefaultRequests(podOf(object))
  return limitsOf(limitRange).flatMap((limit) => {
    if (limit.type === 'Pod') return violations(limit, askedByPod(pod))
    if (limit.type !== 'Container') return []
    return containersOf(pod, ['containers', 'initContainers']).flatMap((container) =>
      violations(limit, askedBy(container)),
    )
  })
}

function ofClaim(object: KubernetesObject | undefined, limitRange: KubernetesObject): readonly string[] {
  const asked = { requests: resourceListOf(requestsOfClaim(object)), limits: resourceListOf({}) }
  return limitsOf(limitRange)
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap((limit) => violations(limit, asked, true))
}

function requestsOfClaim(object: KubernetesObject | undefined): unknown {
  const spec = object?.['spec'] as { resources?: { requests?: unknown } | null } | null | undefined
  return spec?.resources?.requests
}
