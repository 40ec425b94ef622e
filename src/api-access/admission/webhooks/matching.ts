import { type KubernetesObject, type LabelSelectorTerms, matchesLabels } from '../../../kubernetes/index.ts'
import type { AdmissionRequest, AdmissionSurroundings } from '../stage.ts'
import { NAMESPACES, namespaceOf } from '../stages/namespace-of.ts'
import type { Rule, Webhook } from './definitions.ts'
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

/** "Requests to admission webhook configuration objects are never sent to admission webhooks". */
export function isAboutWebhooks({ kind }: AdmissionRequest): boolean {
  return (
    kind.group === 'admissionregistration.k8s.io' &&
    (kind.kind === 'ValidatingWebhookConfiguration' || kind.kind === 'MutatingWebhookConfiguration')
  )
}

function matchesRule(rule: Rule, { operation, resource, subresource, namespace }: AdmissionRequest): boolean {
  const isNamespace = resource.group === '' && resource.resource === 'namespaces'
  const isNamespaced = !isNamespace && namespace !== ''
  if (rule.scope === 'Namespaced' && !isNamespaced) return false
  if (rule.scope === 'Cluster' && isNamespaced) return false
  return (
    includes(rule.operations, operation) &&
    includes(rule.apiGroups, resource.group) &&
    includes(rule.apiVersions, resource.version) &&
    rule.resources.some((pattern) => matchesResource(pattern, resource.resource, subresource))
  )
}

/** `pods`, `pods/log`, `pods/*`, `*`, `*` with a subresource: "`*` matches all resources, but not subresources". */
function matchesResource(pattern: string, resource: string, subresource: string): boolean {
  const slash = pattern.indexOf('/')
  const [of, sub] = slash < 0 ? [pattern, ''] : [pattern.slice(0, slash), pattern.slice(slash + 1)]
  return (of === '*' || of === resource) && (sub === '*' || sub === subresource)
}

function includes(wanted: readonly string[], value: string): boolean {
  return wanted.includes('*') || wanted.includes(value)
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
