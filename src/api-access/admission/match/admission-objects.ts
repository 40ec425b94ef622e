import type { AdmissionRequest } from '../stage.ts'

const GROUP = 'admissionregistration.k8s.io'
const POLICIES: readonly string[] = [
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
]
const KINDS: readonly string[] = [
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
]

/** Whether a request is about policies or bindings. */
export function isAboutPolicies({ resource: { group, resource } }: AdmissionRequest): boolean {
  return group === GROUP && POLICIES.includes(resource)
}

/**
 * Whether a request is about what configures admission: "Requests to admission webhook configuration objects are never
 * sent to admission webhooks", nor those to policies (k8s.io/apiserver, `IsExemptAdmissionConfigurationResource`).
 */
export function isAboutAdmission({ kind: { group, kind } }: AdmissionRequest): boolean {
  return group === GROUP && KINDS.includes(kind)
}
