import { AuthenticationError } from '../authentication-error.ts'
import { jwtMessages } from './messages.ts'
import type { Claims } from './read-jwt.ts'

/** Seconds beyond which a date cannot be written. */
const LARGEST = 8.64e12

/**
 * Checks `exp` and `nbf` (RFC 7519, sections 4.1.4 and 4.1.5).
 *
 * @param now - milliseconds since 1970
 * @param leewaySeconds - by how much the clock of who issued the token may be ahead
 * @throws AuthenticationError ERR_TOKEN_CLAIMS for times that are none, or without `exp`; ERR_TOKEN_EXPIRED,
 *   ERR_TOKEN_NOT_YET
 */
export function checkTimes(claims: Claims, now: number, leewaySeconds: number): void {
  const end = seconds(claims, 'exp')
  const begin = seconds(claims, 'nbf')
  if (end === undefined) throw malformed('exp')
  // "The processing of the exp claim requires that the current date/time MUST be before" it.
  if (now / 1000 >= end)
    throw new AuthenticationError('ERR_TOKEN_EXPIRED', jwtMessages.make.expired({ at: textOf(end) }))
  if (begin !== undefined && now / 1000 < begin - leewaySeconds)
    throw new AuthenticationError('ERR_TOKEN_NOT_YET', jwtMessages.make['not-yet']({ from: textOf(begin) }))
}

export function malformed(claim: string): AuthenticationError {
  return new AuthenticationError('ERR_TOKEN_CLAIMS', jwtMessages.make.claims({ claim }))
}

/** @throws AuthenticationError ERR_TOKEN_AUDIENCE unless the token is for one that is wanted. @returns those in common */
export function commonAudiences(given: readonly string[], wanted: readonly string[]): readonly string[] {
  const common = wanted.filter((audience) => given.includes(audience))
  if (common.length > 0) return common
  throw new AuthenticationError('ERR_TOKEN_AUDIENCE', jwtMessages.make.audience({ given, wanted }))
}

function seconds(claims: Claims, claim: string): number | undefined {
  const value = claims[claim]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > LARGEST)
    throw malformed(claim)
  return value
}

function textOf(time: number): string {
  return new Date(time * 1000).toISOString()
}
