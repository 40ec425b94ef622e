import { type Fields, isRecord, stringOf, stringsOf } from '../../../kubernetes/index.ts'
import type { User } from '../../request/index.ts'

/** The versions of the API that webhooks speak (authentication.k8s.io). */
export type TokenReviewVersion = 'v1' | 'v1beta1'

/** What a review says. */
export interface ReviewStatus {
  readonly authenticated: boolean
  readonly error: string
  readonly user: User | undefined
  readonly audiences: readonly string[]
}

export function tokenReview(
  version: TokenReviewVersion,
  token: string,
  audiences: readonly string[] | undefined,
) {
  return {
    apiVersion: `authentication.k8s.io/${version}`,
    kind: 'TokenReview',
    spec: { token, ...(audiences !== undefined && { audiences }) },
  }
}

/** @returns undefined for a body that is no TokenReview with a status */
export function reviewStatus(body: unknown): ReviewStatus | undefined {
  const status = fields(fields(body)?.['status'])
  if (status === undefined) return undefined
  const { authenticated, error, user, audiences } = status
  return {
    authenticated: authenticated === true,
    error: stringOf(error),
    user: userOf(fields(user)),
    audiences: stringsOf(audiences),
  }
}

function userOf(user: Fields | undefined): User | undefined {
  const { username, uid, groups, extra } = user ?? {}
  if (typeof username !== 'string' || username === '') return undefined
  const values = Object.entries(fields(extra) ?? {}).map(([key, value]) => [key, stringsOf(value)] as const)
  return {
    name: username,
    groups: stringsOf(groups),
    ...(typeof uid === 'string' && uid !== '' && { uid }),
    ...(values.length > 0 && { extra: Object.fromEntries(values) }),
  }
}

function fields(value: unknown): Fields | undefined {
  return isRecord(value) ? value : undefined
}
