import type { AdmissionRequest } from '../../stage.ts'

/** Never looked at: policies could lock everybody out, and reviews are never stored. */
const EXEMPT: Readonly<Record<string, readonly string[]>> = {
  'admissionregistration.k8s.io': [
    'validatingadmissionpolicies',
    'validatingadmissionpolicybindings',
    'mutatingadmissionpolicies',
    'mutatingadmissionpolicybindings',
  ],
  'authentication.k8s.io': ['selfsubjectreviews', 'tokenreviews'],
  'authorization.k8s.io': [
    'localsubjectaccessreviews',
    'selfsubjectaccessreviews',
    'selfsubjectrulesreviews',
    'subjectaccessreviews',
  ],
}

/** Whether no policy applies to a request (k8s.io/apiserver, "admission/plugin/policy/generic/plugin.go"). */
export function isExempt({ resource: { group, resource } }: AdmissionRequest): boolean {
  return EXEMPT[group]?.includes(resource) ?? false
}
