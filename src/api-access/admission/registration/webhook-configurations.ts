import type { KubernetesObject } from '../../../kubernetes/index.ts'
import type { PluginName } from '../chain/plugins.ts'
import { rulesOf, type StageRules } from './stage-rules.ts'

/** The name of both configurations. */
export const REGISTRATION_NAME = 'haetae-admission'

/** The label that every namespace has since Kubernetes 1.21, and which is set on the excluded ones before. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name'

/** How an API server reaches the reviews. */
export type ReviewAddress =
  | { readonly url: string }
  | { readonly service: { readonly namespace: string; readonly name: string; readonly port: number } }

export interface Registration {
  readonly names: readonly PluginName[]
  /** What the policies ask for, where their stages are among the names. */
  readonly policies?: StageRules
  readonly address: ReviewAddress
  /** In PEM: the authorities by which API servers know the server; `''` for those that they know anyway. */
  readonly caBundle: string
  readonly failurePolicy: 'Fail' | 'Ignore'
  readonly timeoutSeconds: number
  /** Namespaces that are never sent for review: kube-system and Haetae's own. */
  readonly excludedNamespaces: readonly string[]
}

/**
 * The configurations by which API servers send reviews. What would deadlock a cluster is excluded by construction, not
 * by choice: the namespaces of the control plane and of Haetae itself, whose pods could not be started anew otherwise;
 * and there are no rules for nodes, leases, or the configurations themselves.
 *
 * @returns none for a phase in which no stage does anything
 */
export function webhookConfigurations(registration: Registration): readonly KubernetesObject[] {
  return (['mutating', 'validating'] as const).flatMap((phase) => configuration(phase, registration))
}

const PHASES = {
  mutating: { kind: 'MutatingWebhookConfiguration', path: '/mutate' },
  validating: { kind: 'ValidatingWebhookConfiguration', path: '/validate' },
} as const

function configuration(phase: keyof StageRules, registration: Registration): KubernetesObject[] {
  const rules = rulesOf(registration.names, phase, registration.policies)
  if (rules.length === 0) return []
  const { kind, path } = PHASES[phase]
  const { address, caBundle, failurePolicy, timeoutSeconds, excludedNamespaces } = registration
  const reached =
    'url' in address
      ? { url: `${address.url.replace(/\/+$/, '')}${path}` }
      : { service: { ...address.service, path } }
  const webhook = {
    name: `${phase}.admission.haetae.io`,
    admissionReviewVersions: ['v1', 'v1beta1'],
    clientConfig: {
      ...reached,
      ...(caBundle !== '' && { caBundle: Buffer.from(caBundle).toString('base64') }),
    },
    failurePolicy,
    matchPolicy: 'Equivalent',
    namespaceSelector: {
      matchExpressions: [
        { key: NAMESPACE_NAME_LABEL, operator: 'NotIn', values: [...excludedNamespaces].sort() },
      ],
    },
    ...(phase === 'mutating' && { reinvocationPolicy: 'IfNeeded' }),
    rules,
    // A granted quota is reserved, but not by a dry run.
    sideEffects: registration.names.includes('ResourceQuota') ? 'NoneOnDryRun' : 'None',
    timeoutSeconds,
  }
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind,
      metadata: { name: REGISTRATION_NAME, labels: { 'app.kubernetes.io/managed-by': 'haetae' } },
      webhooks: [webhook],
    },
  ]
}
