import type { GroupResource } from '../../../kubernetes/index.ts'
import type { PluginName } from './plugins.ts'

const core = (resource: string): GroupResource => ({ group: '', resource })
const registration = (resource: string): GroupResource => ({
  group: 'admissionregistration.k8s.io',
  resource,
})

/** The types of objects that each stage reads besides the request. */
const NEEDS: Readonly<Record<PluginName, readonly GroupResource[]>> = {
  NamespaceLifecycle: [core('namespaces')],
  LimitRanger: [core('limitranges')],
  ServiceAccount: [core('serviceaccounts'), core('secrets')],
  NodeRestriction: [core('nodes'), core('pods')],
  AlwaysPullImages: [],
  PodSecurity: [core('namespaces'), core('pods')],
  PodSecurityPolicy: [{ group: 'policy', resource: 'podsecuritypolicies' }],
  PodNodeSelector: [core('namespaces')],
  DefaultTolerationSeconds: [],
  PodTolerationRestriction: [core('namespaces')],
  EventRateLimit: [],
  DenyServiceExternalIPs: [],
  MutatingAdmissionPolicy: [
    core('namespaces'),
    registration('mutatingadmissionpolicies'),
    registration('mutatingadmissionpolicybindings'),
  ],
  MutatingAdmissionWebhook: [core('namespaces'), registration('mutatingwebhookconfigurations')],
  ValidatingAdmissionPolicy: [
    core('namespaces'),
    registration('validatingadmissionpolicies'),
    registration('validatingadmissionpolicybindings'),
  ],
  ValidatingAdmissionWebhook: [core('namespaces'), registration('validatingwebhookconfigurations')],
  ResourceQuota: [
    core('resourcequotas'),
    core('pods'),
    core('services'),
    core('persistentvolumeclaims'),
    { group: 'resource.k8s.io', resource: 'resourceclaims' },
    { group: 'resource.k8s.io', resource: 'deviceclasses' },
  ],
}

/** The types that a view must have for these stages, each once. ServiceAccount reads Secrets only for old tokens. */
export function typesNeededBy(
  names: readonly PluginName[],
  options: { readonly serviceAccountTokens?: 'bound' | 'secret' } = {},
): readonly GroupResource[] {
  const types = new Map(
    names.flatMap((name) => NEEDS[name]).map((type) => [`${type.group}/${type.resource}`, type] as const),
  )
  if (options.serviceAccountTokens !== 'secret') types.delete('/secrets')
  return [...types.values()]
}
