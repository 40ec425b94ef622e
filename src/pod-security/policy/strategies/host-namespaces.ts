import { type FieldError, invalid, type Pod } from '../../../kubernetes/index.ts'
import type { PodSecurityPolicySpec } from '../types.ts'

const NAMESPACES = [
  ['hostNetwork', 'Host network is not allowed to be used'],
  ['hostPID', 'Host PID is not allowed to be used'],
  ['hostIPC', 'Host IPC is not allowed to be used'],
] as const

/** "HostPID, HostIPC, HostNetwork - Controls whether the pod may use the node's … namespace. Defaults to false." */
export function validateHostNamespaces(spec: PodSecurityPolicySpec, pod: Pod): FieldError[] {
  return NAMESPACES.filter(([field]) => pod.spec?.[field] === true && spec[field] !== true).map(
    // The API server names the place where the field stands in its own, internal form of a pod.
    ([field, detail]) => invalid(['spec', 'securityContext', field], true, detail),
  )
}
