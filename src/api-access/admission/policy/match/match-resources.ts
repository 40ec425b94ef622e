import {
  type KubernetesObject,
  type LabelSelectorTerms,
  matchesLabels,
} from '../../../../kubernetes/index.ts'
import type { AdmissionRequest } from '../../stage.ts'
import type { MatchResources } from '../definitions.ts'
import { matchesRules } from './resource-rules.ts'

type Labels = Readonly<Record<string, string>>

/**
 * Whether `matchConstraints` of a policy or `matchResources` of a binding take in a request (Kubernetes documentation,
 * "Validating Admission Policy", "Matching requests").
 *
 * @param namespace - the namespace of the request; undefined for what has none
 */
export function matchesResources(
  resources: MatchResources,
  request: AdmissionRequest,
  namespace: KubernetesObject | undefined,
): boolean {
  const { resourceRules = [], excludeResourceRules = [], matchPolicy = 'Equivalent' } = resources
  return (
    matchesNamespace(resources.namespaceSelector, request, namespace) &&
    matchesObjects(resources.objectSelector, request) &&
    !matchesRules(excludeResourceRules, matchPolicy, request) &&
    (resourceRules.length === 0 || matchesRules(resourceRules, matchPolicy, request))
  )
}

/** "If the object itself is a namespace, the matching is performed on object.metadata.labels"; no other without one is exempt. */
function matchesNamespace(
  selector: LabelSelectorTerms | undefined,
  request: AdmissionRequest,
  namespace: KubernetesObject | undefined,
): boolean {
  if (isEmpty(selector)) return true
  const isNamespace = request.resource.group === '' && request.resource.resource === 'namespaces'
  if (!isNamespace && request.namespace === '') return true
  const isChanged = request.operation === 'CREATE' || request.operation === 'UPDATE'
  const object = isNamespace && request.subresource === '' && isChanged ? request.object : namespace
  return matchesLabels(selector, labelsOf(object ?? request.oldObject))
}

/** "evaluated against both the object and oldObject …, and is considered to match if either object matches the selector" */
function matchesObjects(
  selector: LabelSelectorTerms | undefined,
  { object, oldObject }: AdmissionRequest,
): boolean {
  if (isEmpty(selector)) return true
  return [object, oldObject].some((each) => each !== undefined && matchesLabels(selector, labelsOf(each)))
}

function isEmpty(selector: LabelSelectorTerms | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0
}

function labelsOf(object: KubernetesObject | undefined): Labels {
  return (object?.metadata?.labels ?? {}) as Labels
}
