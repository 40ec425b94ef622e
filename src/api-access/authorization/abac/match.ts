import type { RequestAttributes, User } from '../../request/index.ts'
import type { AbacPolicy } from './policy.ts'

const READING = new Set(['get', 'list', 'watch'])

/** Whether a policy allows a request: "the properties of the request match the properties of the policy". */
export function policyMatches(policy: AbacPolicy, attributes: RequestAttributes): boolean {
  if (!subjectMatches(policy, attributes.user)) return false
  if (policy.readonly && !READING.has(attributes.verb)) return false
  if (!attributes.resourceRequest) return pathMatches(policy.nonResourcePath, attributes.path)
  return (
    matches(policy.namespace, attributes.namespace) &&
    matches(policy.resource, attributes.resource) &&
    matches(policy.apiGroup, attributes.apiGroup)
  )
}

/** A policy that names both a user and a group wants both; one that names neither is nobody's. */
export function subjectMatches({ user, group }: AbacPolicy, asking: User): boolean {
  if (user === '' && group === '') return false
  if (user !== '' && !matches(user, asking.name)) return false
  return group === '' || group === '*' || asking.groups.includes(group)
}

function matches(wanted: string, given: string): boolean {
  return wanted === '*' || wanted === given
}

/** "`*` matches all non-resource requests. `/foo/*` matches all subpaths of `/foo/`." */
function pathMatches(wanted: string, path: string): boolean {
  if (matches(wanted, path)) return true
  return wanted.endsWith('*') && path.startsWith(wanted.replace(/\*+$/, ''))
}
