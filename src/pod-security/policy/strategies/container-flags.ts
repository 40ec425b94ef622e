import { type FieldError, type FieldPath, invalid } from '../../../kubernetes/index.ts'
import type { EffectiveContext } from '../effective-context.ts'
import type { PodSecurityPolicySpec } from '../types.ts'

/** "Privileged - determines if any container in a pod can enable privileged mode." */
export function validatePrivileged(
  spec: PodSecurityPolicySpec,
  path: FieldPath,
  context: EffectiveContext,
): FieldError[] {
  if (spec.privileged === true || !context.privileged) return []
  return [invalid([...path, 'privileged'], true, 'Privileged containers are not allowed')]
}

/** "AllowedProcMountTypes is a list of allowed ProcMountTypes. Empty or nil indicates that only the DefaultProcMountType may be used." */
export function validateProcMount(
  spec: PodSecurityPolicySpec,
  path: FieldPath,
  context: EffectiveContext,
): FieldError[] {
  const allowed = spec.allowedProcMountTypes?.length ? spec.allowedProcMountTypes : ['Default']
  if (allowed.includes(context.procMount)) return []
  return [invalid([...path, 'procMount'], context.procMount, 'ProcMountType is not allowed')]
}

/** "ReadOnlyRootFilesystem - Requires that containers must run with a read-only root filesystem." */
export function validateReadOnlyRoot(
  spec: PodSecurityPolicySpec,
  path: FieldPath,
  context: EffectiveContext,
): FieldError[] {
  const { readOnlyRootFilesystem } = context
  if (spec.readOnlyRootFilesystem !== true || readOnlyRootFilesystem === true) return []
  const detail =
    readOnlyRootFilesystem === undefined
      ? 'ReadOnlyRootFilesystem may not be nil and must be set to true'
      : 'ReadOnlyRootFilesystem must be set to true'
  return [invalid([...path, 'readOnlyRootFilesystem'], readOnlyRootFilesystem ?? null, detail)]
}

/** "AllowPrivilegeEscalation - Gates whether or not a user is allowed to set the security context of a container to allowPrivilegeEscalation=true." */
export function validatePrivilegeEscalation(
  spec: PodSecurityPolicySpec,
  path: FieldPath,
  context: EffectiveContext,
): FieldError[] {
  const { allowPrivilegeEscalation } = context
  if (spec.allowPrivilegeEscalation !== false || allowPrivilegeEscalation === false) return []
  const detail = 'Allowing privilege escalation for containers is not allowed'
  return [invalid([...path, 'allowPrivilegeEscalation'], allowPrivilegeEscalation ?? null, detail)]
}

/**
 * "AllowPrivilegeEscalation defaults to allowed"; a policy's own default comes first, and a policy that forbids it
 * sets it to false.
 */
export function generatePrivilegeEscalation(spec: PodSecurityPolicySpec): boolean | undefined {
  return spec.defaultAllowPrivilegeEscalation ?? (spec.allowPrivilegeEscalation === false ? false : undefined)
}
