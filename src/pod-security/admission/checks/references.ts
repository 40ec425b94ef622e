/** Pages of the Kubernetes documentation that the checks of this folder rest on. */
export const ADMISSION_PAGE = 'https://kubernetes.io/docs/concepts/security/pod-security-admission/'
export const NAMESPACE_LABELS_PAGE =
  'https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-namespace-labels/'
