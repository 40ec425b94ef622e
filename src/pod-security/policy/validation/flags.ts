import { type FieldError, type FieldPath, invalid, notSupported } from '../../../kubernetes/index.ts'
import type { PodSecurityPolicySpec } from '../types.ts'

const PROC_MOUNT_TYPES = ['Default', 'Unmasked']

/** Privilege escalation by default must be allowed at all; procMount types must exist. */
export function validateFlags(path: FieldPath, spec: PodSecurityPolicySpec): FieldError[] {
  const field = [...path, 'defaultAllowPrivilegeEscalation']
  const detail =
    'Cannot set DefaultAllowPrivilegeEscalation to true without also setting AllowPrivilegeEscalation to true'
  const contradicts = spec.defaultAllowPrivilegeEscalation === true && spec.allowPrivilegeEscalation === false
  return [
    ...(contradicts ? [invalid(field, true, detail)] : []),
    ...(spec.allowedProcMountTypes ?? []).flatMap((type, index) =>
      PROC_MOUNT_TYPES.includes(type)
        ? []
        : [notSupported([...path, 'allowedProcMountTypes', index], type, PROC_MOUNT_TYPES)],
    ),
  ]
}
