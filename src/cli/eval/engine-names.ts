/** The engines that `haetae eval` runs; each has a module in `engines/`. */
export const ENGINE_NAMES = [
  'audit-policy',
  'audit-policy-validate',
  'pod-security',
  'pod-security-admission',
  'pod-security-policy',
] as const
