import type { Message } from '../../../messages/index.ts'
import type { User } from '../../request/index.ts'
import type { Presented } from '../authenticator.ts'
import { extraOf, valuesOf } from '../header-values.ts'
import { serviceAccountGroups, splitServiceAccountName } from '../service-account-name.ts'
import { impersonationMessages } from './messages.ts'

const { make } = impersonationMessages

/** One thing that must be allowed: what of its attributes differs from one to the next. */
export interface ImpersonationRequest {
  readonly apiGroup: string
  readonly apiVersion: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

/** Who a request asks to be, and all that has to be allowed for it. */
export interface AskedUser {
  readonly user: User
  readonly requests: readonly ImpersonationRequest[]
}

const GROUP = 'authentication.k8s.io'

/** @returns undefined for a request without impersonation headers */
export function askedUser(
  headers: Presented['headers'],
): AskedUser | { readonly problem: Message } | undefined {
  const names = valuesOf(headers, 'impersonate-user')
  const uids = valuesOf(headers, 'impersonate-uid')
  const groups = valuesOf(headers, 'impersonate-group')
  const extra = extraOf(headers, ['impersonate-extra-'])
  const [name = ''] = names
  const [uid = ''] = uids
  if (names.length > 1) return { problem: make.repeated({ header: 'Impersonate-User' }) }
  if (uids.length > 1) return { problem: make.repeated({ header: 'Impersonate-Uid' }) }
  if (name === '') {
    const others = [
      ...(groups.length > 0 ? ['Impersonate-Group'] : []),
      ...(uid !== '' ? ['Impersonate-Uid'] : []),
      ...Object.keys(extra).map((key) => `Impersonate-Extra-${key}`),
    ]
    return others.length === 0 ? undefined : { problem: make['without-user']({ headers: others }) }
  }
  const account = splitServiceAccountName(name)
  return {
    user: {
      name,
      groups: groupsOf(
        name,
        groups.length > 0 || account === undefined ? groups : serviceAccountGroups(account),
      ),
      ...(uid !== '' && { uid }),
      ...(Object.keys(extra).length > 0 && { extra }),
    },
    requests: [
      account === undefined
        ? core('users', '', name)
        : core('serviceaccounts', account.namespace, account.name),
      ...groups.map((group) => core('groups', '', group)),
      ...Object.entries(extra).flatMap(([key, values]) =>
        values.map((value) => identity('userextras', key, value)),
      ),
      ...(uid === '' ? [] : [identity('uids', '', uid)]),
    ],
  }
}

/**
 * "When impersonating a user, the `system:authenticated` group is added unless `system:unauthenticated` was asked for";
 * the anonymous user gets that one (apiserver, `WithImpersonation`).
 */
function groupsOf(name: string, asked: readonly string[]): readonly string[] {
  const has = (group: string) => asked.includes(group)
  if (name === 'system:anonymous')
    return has('system:unauthenticated') ? asked : [...asked, 'system:unauthenticated']
  return has('system:authenticated') || has('system:unauthenticated')
    ? asked
    : [...asked, 'system:authenticated']
}

/** Users, groups and service accounts are asked for in the core group, without a version. */
function core(resource: string, namespace: string, name: string): ImpersonationRequest {
  return { apiGroup: '', apiVersion: '', resource, subresource: '', namespace, name }
}

/** "Extra fields and UIDs … are in the apiGroup authentication.k8s.io; the key of an extra field is the subresource". */
function identity(resource: string, subresource: string, name: string): ImpersonationRequest {
  return { apiGroup: GROUP, apiVersion: 'v1', resource, subresource, namespace: '', name }
}
