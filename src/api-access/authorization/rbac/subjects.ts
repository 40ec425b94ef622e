import type { User } from '../../request/index.ts'
import type { Subject } from './objects.ts'

/**
 * The name by which a user is known to which a subject applies: a service account is the user
 * `system:serviceaccount:NAMESPACE:NAME` (Kubernetes documentation, "Using RBAC Authorization", "Referring to
 * subjects").
 *
 * @param namespace - the binding's; `''` for a ClusterRoleBinding
 * @returns undefined for a subject that applies to no one
 */
export function holderOf(
  subject: Subject,
  namespace: string,
): { readonly as: 'user' | 'group'; readonly name: string } | undefined {
  switch (subject.kind) {
    case 'User':
      return { as: 'user', name: subject.name }
    case 'Group':
      return { as: 'group', name: subject.name }
    case 'ServiceAccount': {
      const own = subject.namespace === '' ? namespace : subject.namespace
      return own === '' ? undefined : { as: 'user', name: `system:serviceaccount:${own}:${subject.name}` }
    }
    default:
      return undefined
  }
}

/**
 * The first of a binding's subjects that applies to a user.
 *
 * @returns its index; -1 where none does
 */
export function applyingSubject(subjects: readonly Subject[], namespace: string, user: User): number {
  return subjects.findIndex((subject) => {
    const holder = holderOf(subject, namespace)
    if (holder === undefined) return false
    return holder.as === 'user' ? holder.name === user.name : user.groups.includes(holder.name)
  })
}
