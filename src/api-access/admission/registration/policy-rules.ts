import type {
  GroupResource,
  KubernetesObject,
  ObjectView,
  ServedResource,
} from '../../../kubernetes/index.ts'
import type { PluginName } from '../chain/plugins.ts'
import {
  type BindingSpec,
  nameOf,
  type PolicySpec,
  type ResourceRule,
  specOf,
} from '../policy/definitions.ts'
import type { StageRules, WebhookRule } from './stage-rules.ts'

/** What the policies of a cluster and its files ask a webhook to be called for. */
export interface PolicyRules extends StageRules {
  /** Of each policy that asks for more than a webhook may stand before: what that is, as `GROUP/RESOURCE`. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>
}

/**
 * What no webhook stands before, since a cluster needs it to recover, or Haetae's own replicas to start: what nodes and
 * the control plane write about themselves, who may do what, what the API itself consists of, and reviews, which every
 * request may wait for. `default/kubernetes` is an Endpoints object: without it no replica finds its API server.
 */
const NEVER: Readonly<Record<string, readonly string[] | '*'>> = {
  '': ['nodes', 'events', 'endpoints'],
  'admissionregistration.k8s.io': '*',
  'apiextensions.k8s.io': '*',
  'apiregistration.k8s.io': '*',
  'authentication.k8s.io': '*',
  'authorization.k8s.io': '*',
  'certificates.k8s.io': '*',
  'coordination.k8s.io': '*',
  'discovery.k8s.io': '*',
  'events.k8s.io': '*',
  'flowcontrol.apiserver.k8s.io': '*',
  'networking.k8s.io': ['ipaddresses', 'servicecidrs'],
  'rbac.authorization.k8s.io': '*',
  'scheduling.k8s.io': '*',
  'storage.k8s.io': ['csinodes'],
}

const registration = (resource: string): GroupResource => ({
  group: 'admissionregistration.k8s.io',
  resource,
})

/**
 * The rules that bound policies come to. Wildcards are written out as what the server serves, so that what no webhook
 * stands before can be left out of them; `resourceNames` and exclusions are decided with each review.
 *
 * @param objects - with the policies and bindings, those of files too
 * @param served - asked only where a policy has a wildcard
 */
export async function policyRules(
  names: readonly PluginName[],
  objects: ObjectView,
  served: () => Promise<readonly ServedResource[]>,
): Promise<PolicyRules> {
  const leftOut = new Map<string, readonly string[]>()
  let known: readonly ServedResource[] | undefined
  const all = async () => {
    known ??= await served()
    return known
  }
  const rulesOf = async (kind: 'validating' | 'mutating'): Promise<readonly WebhookRule[]> => {
    const rules: WebhookRule[] = []
    for (const policy of boundPolicies(kind, objects)) {
      const { matchConstraints = {} } = specOf<PolicySpec>(policy)
      for (const rule of matchConstraints.resourceRules ?? []) {
        const asked = hasWildcard(rule) ? matching(rule, await all()) : named(rule)
        const refused = asked.filter((each) => isNever(each)).map(({ group, name }) => `${group}/${name}`)
        if (refused.length > 0)
          leftOut.set(nameOf(policy), [...new Set([...(leftOut.get(nameOf(policy)) ?? []), ...refused])])
        rules.push(
          ...written(
            rule,
            asked.filter((each) => !isNever(each)),
          ),
        )
      }
    }
    return rules
  }
  return {
    validating: names.includes('ValidatingAdmissionPolicy') ? await rulesOf('validating') : [],
    mutating: names.includes('MutatingAdmissionPolicy') ? await rulesOf('mutating') : [],
    leftOut,
  }
}

/** In the order of their names, so that the same policies always come to the same registration. */
function boundPolicies(kind: 'validating' | 'mutating', objects: ObjectView): readonly KubernetesObject[] {
  const bindings = [...objects.list(registration(`${kind}admissionpolicybindings`))]
  const bound = new Set(bindings.map((binding) => specOf<BindingSpec>(binding).policyName))
  return [...objects.list(registration(`${kind}admissionpolicies`))]
    .filter((policy) => bound.has(nameOf(policy)))
    .toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
}

function hasWildcard({ apiGroups = [], resources = [] }: ResourceRule): boolean {
  return apiGroups.includes('*') || resources.some((resource) => resource.includes('*'))
}

function named({ apiGroups = [], resources = [] }: ResourceRule): readonly ServedResource[] {
  return apiGroups.flatMap((group) => resources.map((name) => ({ group, name })))
}

/** "`*` means all resources, but not subresources", "`*``/scale` means all scale subresources". */
function matching(
  { apiGroups = [], resources = [] }: ResourceRule,
  served: readonly ServedResource[],
): readonly ServedResource[] {
  return served.filter(({ group, name }) => {
    if (!apiGroups.includes('*') && !apiGroups.includes(group)) return false
    const [of, sub = ''] = name.split('/')
    return resources.some((pattern) => {
      const [wanted, wantedSub = ''] = pattern.split('/')
      return (wanted === '*' || wanted === of) && (wantedSub === '*' || wantedSub === sub)
    })
  })
}

function isNever({ group, name }: ServedResource): boolean {
  const never = NEVER[group] ?? []
  return never === '*' || never.includes(name.split('/')[0] ?? '')
}

/** One rule a group: of several groups and resources in one, an API server takes every pair. */
function written(
  { apiVersions = [], operations = [], scope = '*' }: ResourceRule,
  resources: readonly ServedResource[],
): readonly WebhookRule[] {
  return [...Map.groupBy(resources, ({ group }) => group)].map(([group, of]) => ({
    operations,
    apiGroups: [group],
    apiVersions,
    resources: of.map(({ name }) => name).toSorted(),
    scope: scope === 'Cluster' || scope === 'Namespaced' ? scope : '*',
  }))
}
