import type { TokenAuthenticator } from '../bearer/bearer-token.ts'
import type { AnonymousAccess } from '../chain.ts'
import { loadConfiguration } from '../configuration/load.ts'
import type { AuthenticationConfiguration } from '../configuration/types.ts'
import { type Reloaded, type ReloadOptions, reloadedFile } from '../files/reloaded-file.ts'
import { audiencesOf, type Claims, readUnverifiedClaims } from '../jwt/read-jwt.ts'
import { checkTimes, commonAudiences } from '../jwt/validity.ts'
import type { SignatureVerifier } from '../jwt/verify-signature.ts'
import { type ClaimsToUser, claimsToUser } from './claims-to-user.ts'
import { type FetchJson, fetchJson } from './fetch-json.ts'
import { issuerKeysVerifier } from './issuer-keys.ts'

/** An issuer made ready to judge tokens. */
interface Issuer {
  readonly signatures: SignatureVerifier
  readonly audiences: readonly string[]
  readonly userOf: ClaimsToUser
}

/** A configuration made ready: issuers by their URL. */
export interface JwtIssuers {
  readonly issuers: ReadonlyMap<string, Issuer>
  /** undefined where the file says nothing of it. */
  readonly anonymous: AnonymousAccess | undefined
}

export interface JwtOptions {
  /** The issuers of service accounts, which no entry may name. */
  readonly disallowedIssuers?: readonly string[]
  readonly fetch?: FetchJson
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number
}

const NAME = 'jwt'

/** "nbf": providers' clocks are let be ahead by as much as the API server lets them. */
const AHEAD_SECONDS = 300

/**
 * The file of `--authentication-config`, read again when it changes; one that is not valid changes nothing.
 *
 * @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE, ERR_AUTHENTICATION_CONFIGURATION
 */
export function reloadedJwtIssuers(
  path: string,
  reload: ReloadOptions,
  options: JwtOptions = {},
): Reloaded<JwtIssuers> {
  const parse = (text: string) =>
    jwtIssuers(loadConfiguration(text, path, options.disallowedIssuers ?? []), options)
  return reloadedFile(path, parse, reload)
}

/** @param configuration - valid */
export function jwtIssuers(
  { jwt, anonymous }: AuthenticationConfiguration,
  { fetch = fetchJson, now = () => performance.now() }: JwtOptions = {},
): JwtIssuers {
  const issuers = jwt.map((each, index) => {
    const signatures = issuerKeysVerifier(each.issuer, fetch, now)
    const userOf = claimsToUser(each, ['jwt', index])
    return [each.issuer.url, { signatures, audiences: each.issuer.audiences, userOf }] as const
  })
  return { issuers: new Map(issuers), anonymous: anonymous && anonymousAccess(anonymous) }
}

/**
 * Users by the tokens of identity providers (OpenID Connect, or any JWT), as an `AuthenticationConfiguration` says
 * (Kubernetes documentation, "Authenticating", "OpenID Connect Tokens").
 *
 * @param audiences - `--api-audiences`: what such a token is good for, once it was issued for one of its issuer's own
 * @param now - milliseconds since 1970
 */
export function jwtAuthenticator(
  configured: Reloaded<JwtIssuers>,
  audiences: readonly string[] = [],
  now: () => number = Date.now,
): TokenAuthenticator {
  return {
    name: NAME,
    async authenticateToken(token, wanted) {
      const issuer = issuerOf(configured.value(), readUnverifiedClaims(token))
      if (issuer === undefined) return undefined
      const claims = await issuer.signatures.verify(token)
      checkTimes(claims, now(), AHEAD_SECONDS)
      commonAudiences(audiencesOf(claims), issuer.audiences)
      const common = wanted === undefined ? audiences : commonAudiences(audiences, wanted)
      const user = issuer.userOf(claims)
      return { user, authenticator: NAME, ...(common.length > 0 && { audiences: common }) }
    },
  }
}

function issuerOf({ issuers }: JwtIssuers, claims: Claims | undefined): Issuer | undefined {
  const url = claims?.['iss']
  return typeof url === 'string' ? issuers.get(url) : undefined
}

function anonymousAccess({
  enabled,
  conditions,
}: NonNullable<AuthenticationConfiguration['anonymous']>): AnonymousAccess {
  return enabled && conditions.length > 0 ? { paths: conditions.map(({ path }) => path) } : enabled
}
