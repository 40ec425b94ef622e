import type { RequestAttributes } from '../../request/index.ts'
import { RBAC_GROUP, type Subject } from './objects.ts'
import type { RbacIndex } from './rbac-index.ts'

/** The group that the chain lets pass whatever the roles say. */
export const PRIVILEGED_GROUP = 'system:masters'

/**
 * Who may make a request: the privileged group, and the subjects of every binding whose role allows it, in the order of
 * visiting, as often as they are bound.
 *
 * @param attributes - its user does not matter
 * @param superUser - a user that may do everything, where there is one
 * @returns also what kept roles from being found
 */
export function allowedSubjects(
  index: RbacIndex,
  attributes: RequestAttributes,
  superUser = '',
): { readonly subjects: readonly Subject[]; readonly errors: readonly string[] } {
  const subjects: Subject[] = [{ kind: 'Group', apiGroup: RBAC_GROUP, name: PRIVILEGED_GROUP, namespace: '' }]
  if (superUser !== '') subjects.push({ kind: 'User', apiGroup: RBAC_GROUP, name: superUser, namespace: '' })
  const errors: string[] = []
  for (const { binding, role } of index.visited(attributes.namespace)) {
    if (role.role === undefined) errors.push(role.missing)
    else if (role.allows(attributes)) subjects.push(...binding.subjects)
  }
  return { subjects, errors }
}
