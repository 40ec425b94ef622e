import { isStatic } from '../../manifests/static-names.ts'
import { isAboutPolicies } from '../../match/admission-objects.ts'
import type { AdmissionRequest } from '../../stage.ts'

/** Never looked at: they are never stored. */
const REVIEWS: Readonly<Record<string, readonly string[]>> = {
  'authentication.k8s.io': ['selfsubjectreviews', 'tokenreviews'],
  'authorization.k8s.io': [
    'localsubjectaccessreviews',
    'selfsubjectaccessreviews',
    'selfsubjectrulesreviews',
    'subjectaccessreviews',
  ],
}

/**
 * The policies that may apply to a request at all (k8s.io/apiserver, "admission/plugin/policy/generic/plugin.go"):
 * none to a review; to policies themselves only those of files, since others could lock everybody out.
 */
export function hooksFor<Hook extends { readonly name: string }>(
  hooks: readonly Hook[],
  request: AdmissionRequest,
): readonly Hook[] {
  const { group, resource } = request.resource
  if (REVIEWS[group]?.includes(resource)) return []
  return isAboutPolicies(request) ? hooks.filter(({ name }) => isStatic(name)) : hooks
}
