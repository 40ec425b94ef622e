import { RESOURCE_VERBS, STAGES } from '../../policy/index.ts'
import { builtInNames } from '../../policy/lint/built-in-resources.ts'
import type { FieldSubject } from './event-field.ts'

export const ANONYMOUS = 'system:anonymous'

/** Users that every cluster has: the anonymous one and the components (documentation, "Using RBAC Authorization"). */
const USERS = [
  ANONYMOUS,
  'system:apiserver',
  'system:kube-controller-manager',
  'system:kube-proxy',
  'system:kube-scheduler',
]

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/**
 * Values that requests are known to have. A check other than a plain comparison (`startswith`, `contains`, …) is tried
 * on each, so that the demand can leave out those that it does not let through.
 */
export function knownValues(subject: FieldSubject): readonly string[] {
  switch (subject) {
    case 'verb':
      return RESOURCE_VERBS
    case 'user':
      return USERS
    case 'resource':
      return builtInNames().resources
    case 'subresource':
      return builtInNames().subresources
    case 'namespace':
      return NAMESPACES
    case 'stage':
      return STAGES
    default:
      return []
  }
}
