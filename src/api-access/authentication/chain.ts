import type { Message } from '../../messages/index.ts'
import type { User } from '../request/index.ts'
import { AuthenticationError } from './authentication-error.ts'
import type { Authenticated, Authenticator, Presented } from './authenticator.ts'
import { bearerTokenOf } from './bearer/bearer-token.ts'
import { authenticationMessages } from './messages.ts'

/** Who may come without credentials: nobody, anybody, or anybody to these paths. */
export type AnonymousAccess = boolean | { readonly paths: readonly string[] }

export interface ChainOptions {
  /** Asked with each request of nobody, since a file that says it may change. Nobody by default. */
  readonly anonymous?: () => AnonymousAccess
}

/** What became of a request. */
export type AuthenticationOutcome =
  | { readonly kind: 'authenticated'; readonly by: Authenticated; readonly problems: readonly Problem[] }
  /** 401. */
  | { readonly kind: 'unauthenticated'; readonly problems: readonly Problem[] }

/** A credential that was not good; for log and metrics. */
export interface Problem {
  readonly authenticator: string
  readonly code: string
  readonly detail: Message
}

/** Finds out who makes a request. Never throws. */
export interface AuthenticationChain {
  /** @param path - the URL's path, for those who may come without credentials to some paths */
  authenticate(presented: Presented, path: string): Promise<AuthenticationOutcome>
}

const AUTHENTICATED = 'system:authenticated'
const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

/**
 * Tries authenticators in their order until one succeeds; one that refuses, or fails, does not stop the next. All the
 * authenticated are in the group `system:authenticated`. A request that no one vouches for is anonymous where that is
 * allowed, but only if it presented nothing: a credential that is not good is never taken for none (Kubernetes
 * documentation, "Authenticating", "Anonymous requests").
 */
export function authenticationChain(
  authenticators: readonly Authenticator[],
  { anonymous = () => false }: ChainOptions = {},
): AuthenticationChain {
  const isOpen = (path: string) => {
    const access = anonymous()
    return typeof access === 'boolean' ? access : access.paths.includes(path)
  }
  return {
    async authenticate(presented, path) {
      const problems: Problem[] = []
      const credential = bearerTokenOf(presented)
      if ('problem' in credential) problems.push(problemOf('bearer-token', credential.problem))
      for (const authenticator of authenticators) {
        try {
          const found = await authenticator.authenticate(presented)
          if (found !== undefined) return { kind: 'authenticated', by: groupAdded(found), problems }
        } catch (error) {
          problems.push(problemOf(authenticator.name, error))
        }
      }
      if ('token' in credential && problems.length === 0)
        problems.push(problemOf('bearer-token', unknownToken()))
      if (problems.length === 0 && isOpen(path))
        return { kind: 'authenticated', by: { user: ANONYMOUS, authenticator: 'anonymous' }, problems }
      return { kind: 'unauthenticated', problems }
    },
  }
}

/** Nearly nothing is bound to audiences: then no copy of unknown parts has to be made. */
function groupAdded(found: Authenticated): Authenticated {
  const user = withGroup(found.user)
  const { authenticator, audiences } = found
  return audiences === undefined ? { user, authenticator } : { user, authenticator, audiences }
}

const grouped = new WeakMap<User, User>()

/** The same user for the same, so that what is made of one is made once. */
function withGroup(user: User): User {
  const known = grouped.get(user)
  if (known !== undefined) return known
  const made = withGroupAdded(user)
  grouped.set(user, made)
  return made
}

/** Unless it is there, or the user is known as not authenticated (apiserver, group adder). */
function withGroupAdded(user: User): User {
  const has = user.groups.some((group) => group === AUTHENTICATED || group === 'system:unauthenticated')
  return has || user.name === ANONYMOUS.name ? user : { ...user, groups: [...user.groups, AUTHENTICATED] }
}

function unknownToken(): AuthenticationError {
  return new AuthenticationError('ERR_TOKEN_UNKNOWN', authenticationMessages.make['token-unknown']({}))
}

function problemOf(authenticator: string, error: unknown): Problem {
  if (error instanceof AuthenticationError) return { authenticator, code: error.code, detail: error.detail }
  const reason = error instanceof Error ? error.name : typeof error
  const detail = authenticationMessages.make['authenticator-failed']({ authenticator, reason })
  return { authenticator, code: 'ERR_AUTHENTICATOR', detail }
}
