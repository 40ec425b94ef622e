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
    error: typeof error === 'string' ? error : '',
    user: userOf(fields(user)),
    audiences: strings(audiences),
  }
}

function userOf(user: Readonly<Record<string, unknown>> | undefined): User | undefined {
  const { username, uid, groups, extra } = user ?? {}
  if (typeof username !== 'string' || username === '') return undefined
  const values = Object.entries(fields(extra) ?? {}).map(([key, value]) => [key, strings(value)] as const)
  return {
    name: username,
    groups: strings(groups),
    ...(typeof uid === 'string' && uid !== '' && { uid }),
    ...(values.length > 0 && { extra: Object.fromEntries(values) }),
  }
}

function fields(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
