import type { Check } from '../../../findings/index.ts'
import type { ManifestCluster } from '../outlook.ts'
import { namespaceInvalidPodSecurityLabel } from './namespace-invalid-pod-security-label.ts'
import { namespaceWithoutPodSecurity } from './namespace-without-pod-security.ts'
import { podSecurityAdmissionDenied } from './pod-security-admission-denied.ts'
import { podSecurityAdmissionWarning } from './pod-security-admission-warning.ts'

/**
 * Makes the checks that look at manifests with the eyes of a cluster's Pod Security Admission.
 *
 * @param cluster - the labels of its namespaces, a map that may still grow, and its configuration
 * @returns checks of Namespaces (about their labels) and of Pods and workloads (how their namespace would take them)
 */
export function admissionChecks(cluster: ManifestCluster): readonly Check[] {
  return [
    podSecurityAdmissionDenied(cluster),
    podSecurityAdmissionWarning(cluster),
    namespaceWithoutPodSecurity(cluster),
    namespaceInvalidPodSecurityLabel(cluster),
  ]
}
