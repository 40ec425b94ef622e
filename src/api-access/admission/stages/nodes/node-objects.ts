import { fieldsOf, goQuote, type KubernetesObject } from '../../../../kubernetes/index.ts'
import { isSame } from '../../chain/json-patch.ts'
import { type NodeQuestion, refuse } from './node-question.ts'

/** Labels of the Kubernetes domains that a kubelet may set itself ("NodeRestriction"). */
const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
])

/** "Use of any other labels under the `kubernetes.io` or `k8s.io` prefixes by kubelets is reserved". */
const KUBELET_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io']
const KUBERNETES_DOMAINS = ['kubernetes.io', 'k8s.io']

/** "Labels with this prefix are reserved for administrators to label Node objects for workload isolation". */
const RESTRICTED_DOMAIN = 'node-restriction.kubernetes.io'

/** A node may write its own Node, but neither its taints nor labels by which work is steered to it. */
export function admitNode(question: NodeQuestion): void {
  const { request, node } = question
  const { operation, object, oldObject, name } = request
  // The name of a new object may stand in it alone.
  const named = name === '' && operation === 'CREATE' ? (object?.metadata?.name ?? '') : name
  if (named !== node)
    refuse(question, `node ${goQuote(node)} is not allowed to modify node ${goQuote(named)}`)
  if (operation === 'CREATE') {
    if (specOf(object)['configSource'] != null)
      refuse(question, `node ${goQuote(node)} is not allowed to create pods with a non-nil configSource`)
    const labels = forbiddenAmong(changedKeys(labelsOf(object), {}))
    if (labels.length > 0)
      refuse(
        question,
        `node ${goQuote(node)} is not allowed to set the following labels: ${labels.join(', ')}`,
      )
  }
  if (operation !== 'UPDATE') return
  const [spec, oldSpec] = [specOf(object), specOf(oldObject)]
  const { configSource } = spec
  if (configSource != null && !isSame(configSource, oldSpec['configSource']))
    refuse(
      question,
      `node ${goQuote(node)} is not allowed to update configSource to a new non-nil configSource`,
    )
  if (!isSame(spec['taints'] ?? [], oldSpec['taints'] ?? []))
    refuse(question, `node ${goQuote(node)} is not allowed to modify taints`)
  const labels = forbiddenAmong(changedKeys(labelsOf(object), labelsOf(oldObject)))
  if (labels.length > 0) refuse(question, `is not allowed to modify labels: ${labels.join(', ')}`)
  const [owners, oldOwners] = [object, oldObject].map((each) => each?.metadata?.ownerReferences ?? [])
  // A node that owns itself by another object goes when that object goes, and with it what is known of the node.
  if (!isSame(owners, oldOwners))
    refuse(question, `node ${goQuote(node)} is not allowed to modify ownerReferences`)
}

function changedKeys(after: Labels, before: Labels): string[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].filter(
    (key) => after[key] !== before[key],
  )
}

function forbiddenAmong(keys: readonly string[]): string[] {
  return keys.filter((key) => isForbidden(key)).sort()
}

function isForbidden(key: string): boolean {
  const slash = key.indexOf('/')
  const domain = slash < 0 ? '' : key.slice(0, slash)
  if (isWithin(domain, [RESTRICTED_DOMAIN])) return true
  return (
    isWithin(domain, KUBERNETES_DOMAINS) && !KUBELET_LABELS.has(key) && !isWithin(domain, KUBELET_DOMAINS)
  )
}

function isWithin(domain: string, domains: readonly string[]): boolean {
  return domains.some((each) => domain === each || domain.endsWith(`.${each}`))
}

type Labels = Readonly<Record<string, string>>

function labelsOf(object: KubernetesObject | undefined): Labels {
  return object?.metadata?.labels ?? {}
}

function specOf(object: KubernetesObject | undefined): Readonly<Record<string, unknown>> {
  return fieldsOf(object?.['spec'])
}
