/** The engines that `haetae eval` runs; each has a module in `engines/`. */
export const ENGINE_NAMES = [
  'abac',
  'admission-policy',
  'audit-policy',
  'audit-policy-validate',
  'filter',
  'k8s-audit-fields',
  'node',
  'pod-security',
  'pod-security-admission',
  'pod-security-policy',
  'rbac',
  'rules',
  'seccomp',
  'strace',
] as const
