import { type KubernetesObject, type LabelSelectorTerms, matchesLabels } from '../../../kubernetes/index.ts'
import { matchesRule } from '../match/resource-rule.ts'
import type { AdmissionRequest, AdmissionSurroundings } from '../stage.ts'
import { NAMESPACES, namespaceOf } from '../stages/namespace-of.ts'
import type { Webhook } from './definitions.ts'
import { inEquivalentVersions } from './equivalents.ts'

/**
 * The request as the webhook is to be sent it, or undefined where it is not to be called: by its rules, scope,
 * namespace and object selectors (Kubernetes documentation, "Dynamic Admission Control", "Matching requests").
 *
 * @throws Refused where the namespace that a selector asks about does not exist
 */
export async function requestFor(
  webhook: Webhook,
  request: AdmissionRequest,
  surroundings: AdmissionSurroundings,
): Promise<AdmissionRequest | undefined> {
  if (!matchesObject(webhook.objectSelector, request)) return undefined
  const candidates = webhook.isEquivalent ? [request, ...inEquivalentVersions(request)] : [request]
  const matching = candidates.find((each) => webhook.rules.some((rule) => matchesRule(rule, each)))
  if (matching === undefined) return undefined
  return (await matchesNamespace(webhook.namespaceSelector, request, surroundings)) ? matching : undefined
}

function matchesObject(selector: LabelSelectorTerms, { object, oldObject }: AdmissionRequest): boolean {
  if (isEmpty(selector)) return true
  return [object, oldObject].some((each) => each !== undefined && matchesLabels(selector, labelsOf(each)))
}

async function matchesNamespace(
  selector: LabelSelectorTerms,
  request: AdmissionRequest,
  surroundings: AdmissionSurroundings,
): Promise<boolean> {
  const { namespace, resource, subresource, operation, object } = request
  const isNamespace = resource.resource === NAMESPACES.resource && resource.group === ''
  // "If the object is a cluster scoped resource other than a Namespace, namespaceSelector has no effect."
  if ((namespace === '' && !isNamespace) || isEmpty(selector)) return true
  // A Namespace that comes or changes is judged by what it will be.
  if (isNamespace && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'))
    return matchesLabels(selector, labelsOf(object))
  return matchesLabels(selector, labelsOf(await namespaceOf(namespace, surroundings)))
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelectorTerms): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0
}

function labelsOf(object: KubernetesObject | undefined): Readonly<Record<string, string>> {
  return object?.metadata?.labels ?? {}
}
