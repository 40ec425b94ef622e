import type { PluginName } from '../chain/plugins.ts'

/** A rule of a webhook (admissionregistration.k8s.io/v1, RuleWithOperations). */
export interface WebhookRule {
  readonly operations: readonly string[]
  readonly apiGroups: readonly string[]
  readonly apiVersions: readonly string[]
  readonly resources: readonly string[]
  readonly scope: '*' | 'Cluster' | 'Namespaced'
}

/** What a stage wants to be called for, in each phase. */
export interface StageRules {
  readonly mutating?: readonly WebhookRule[]
  readonly validating?: readonly WebhookRule[]
}

const WRITES = ['CREATE', 'UPDATE']

const rule = (group: string, operations: readonly string[], ...resources: string[]): WebhookRule => ({
  operations,
  apiGroups: [group],
  apiVersions: ['*'],
  resources,
  scope: '*',
})

const newPods = [rule('', ['CREATE'], 'pods')]
const resizedPods = [rule('', ['UPDATE'], 'pods/resize')]
const changedPods = [rule('', WRITES, 'pods')]

/**
 * Which requests each stage looks at. A stage that is not here cannot work as a webhook, or must not: `NamespaceLifecycle`
 * and the stages that call webhooks are in every API server, and a webhook before what nodes write about themselves
 * would take all nodes away when it fails. What policies look at, they say themselves (`policyRules`).
 */
const RULES: { readonly [Name in PluginName]?: StageRules } = {
  LimitRanger: {
    mutating: [...newPods, ...resizedPods],
    validating: [...newPods, ...resizedPods, rule('', WRITES, 'persistentvolumeclaims')],
  },
  ServiceAccount: {
    mutating: newPods,
    validating: [...newPods, rule('', ['UPDATE'], 'pods/ephemeralcontainers')],
  },
  AlwaysPullImages: { mutating: changedPods, validating: changedPods },
  PodSecurity: {
    validating: [
      rule('', WRITES, 'namespaces', 'pods', 'pods/ephemeralcontainers', 'pods/resize'),
      rule('', WRITES, 'podtemplates', 'replicationcontrollers'),
      rule('apps', WRITES, 'daemonsets', 'deployments', 'replicasets', 'statefulsets'),
      rule('batch', WRITES, 'cronjobs', 'jobs'),
    ],
  },
  PodSecurityPolicy: { mutating: newPods, validating: changedPods },
  PodNodeSelector: { mutating: newPods, validating: newPods },
  DefaultTolerationSeconds: { mutating: changedPods },
  PodTolerationRestriction: { mutating: changedPods, validating: changedPods },
  DenyServiceExternalIPs: { validating: [rule('', WRITES, 'services')] },
  MutatingAdmissionPolicy: {},
  ValidatingAdmissionPolicy: {},
  ResourceQuota: {
    validating: [
      rule('', ['CREATE'], 'configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas'),
      ...resizedPods,
      // An update may bring a pod into another scope.
      rule('', WRITES, 'pods', 'services', 'persistentvolumeclaims'),
      rule('resource.k8s.io', WRITES, 'resourceclaims'),
      rule('apps', ['CREATE'], 'daemonsets', 'deployments', 'replicasets', 'statefulsets'),
      rule('batch', ['CREATE'], 'cronjobs', 'jobs'),
    ],
  },
}

/** The stages that work as a webhook, in Kubernetes' order of their names. */
export const WEBHOOK_PLUGINS = Object.keys(RULES) as readonly PluginName[]

/** All rules of the stages' phase, and of the policies, each once. */
export function rulesOf(
  names: readonly PluginName[],
  phase: keyof StageRules,
  policies: StageRules = {},
): readonly WebhookRule[] {
  const rules = [...names.flatMap((name) => RULES[name]?.[phase] ?? []), ...(policies[phase] ?? [])]
  return [...new Map(rules.map((each) => [JSON.stringify(each), each])).values()]
}
