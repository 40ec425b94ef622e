import { LRUCache } from 'lru-cache'
import type { TokenAuthenticator } from '../bearer/bearer-token.ts'
import type { AnonymousAccess } from '../chain.ts'
import { loadConfiguration } from '../configuration/load.ts'
import type { AuthenticationConfiguration, JwtConfiguration } from '../configuration/types.ts'
import { type Reloaded, type ReloadOptions, reloadedFile } from '../files/reloaded-file.ts'
import { audiencesOf, type Claims, readUnverifiedClaims } from '../jwt/read-jwt.ts'
import { checkTimes, commonAudiences, malformed } from '../jwt/validity.ts'
import type { SignatureVerifier } from '../jwt/verify-signature.ts'
import { type ClaimsToUser, claimsToUser } from './claims-to-user.ts'
import { type ClaimExpander, claimExpander } from './distributed-claims.ts'
import { type FetchText, fetchText } from './fetch-json.ts'
import { fetchOptions, issuerKeysVerifier } from './issuer-keys.ts'
import type { JwtObserver } from './observer.ts'

/** An issuer made ready to judge tokens. */
interface Issuer {
  readonly signatures: SignatureVerifier
  readonly audiences: readonly string[]
  /** Adds groups that the token only says the whereabouts of. */
  readonly expand: ClaimExpander
  readonly userOf: ClaimsToUser
  /** Told how it went, and how many seconds that took. */
  readonly judged: (result: 'success' | 'failure', seconds: number) => void
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
  readonly fetch?: FetchText
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number
  /** Milliseconds since 1970. */
  readonly date?: () => number
  readonly observer?: JwtObserver
}

const NAME = 'jwt'

/** "nbf": providers' clocks are let be ahead by as much as the API server lets them. */
const AHEAD_SECONDS = 300

/** Issuers of distributed claims, of one issuer: "very few", says the API server, and sets no limit. */
const SOURCES = 64

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
  let former: readonly string[] = []
  const parse = (text: string) => {
    const made = jwtIssuers(loadConfiguration(text, path, options.disallowedIssuers ?? []), options)
    for (const url of former) if (!made.issuers.has(url)) options.observer?.removed(url)
    former = [...made.issuers.keys()]
    return made
  }
  return reloadedFile(path, parse, reload)
}

/** @param configuration - valid */
export function jwtIssuers(
  { jwt, anonymous }: AuthenticationConfiguration,
  options: JwtOptions = {},
): JwtIssuers {
  const issuers = jwt.map((each, index) => [each.issuer.url, issuer(each, index, options)] as const)
  return { issuers: new Map(issuers), anonymous: anonymous && anonymousAccess(anonymous) }
}

function issuer(
  jwt: JwtConfiguration,
  index: number,
  { fetch = fetchText, now = () => performance.now(), date = Date.now, observer }: JwtOptions,
): Issuer {
  const { url, audiences, certificateAuthority } = jwt.issuer
  const onKeys = (keySet: string | undefined) => observer?.keysFetched(url, keySet)
  const signatures = issuerKeysVerifier(jwt.issuer, fetch, now, onKeys)
  const others = new LRUCache<string, SignatureVerifier>({ max: SOURCES })

  function signaturesOf(of: string): SignatureVerifier {
    if (of === url) return signatures
    const known = others.get(of)
    if (known !== undefined) return known
    const made = issuerKeysVerifier({ url: of, discoveryURL: '', certificateAuthority }, fetch, now)
    others.set(of, made)
    return made
  }

  return {
    signatures,
    audiences,
    expand: claimExpander(jwt.claimMappings.groups.claim, {
      fetch,
      fetching: fetchOptions(certificateAuthority),
      async judge(token) {
        const of = issuerOf(readUnverifiedClaims(token))
        if (of === undefined) throw malformed('iss')
        const claims = await signaturesOf(of).verify(token)
        checkTimes(claims, date(), AHEAD_SECONDS)
        commonAudiences(audiencesOf(claims), audiences)
        return claims
      },
    }),
    userOf: claimsToUser(jwt, ['jwt', index]),
    judged: (result, seconds) => observer?.judged(url, result, seconds),
  }
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
      const url = issuerOf(readUnverifiedClaims(token))
      const issuer = url === undefined ? undefined : configured.value().issuers.get(url)
      if (issuer === undefined) return undefined
      const begin = performance.now()
      const ended = (result: 'success' | 'failure') =>
        issuer.judged(result, (performance.now() - begin) / 1000)
      try {
        const claims = await issuer.signatures.verify(token)
        checkTimes(claims, now(), AHEAD_SECONDS)
        commonAudiences(audiencesOf(claims), issuer.audiences)
        const common = wanted === undefined ? audiences : commonAudiences(audiences, wanted)
        const user = issuer.userOf(await issuer.expand(claims, token))
        ended('success')
        return { user, authenticator: NAME, ...(common.length > 0 && { audiences: common }) }
      } catch (error) {
        ended('failure')
        throw error
      }
    },
  }
}

function issuerOf(claims: Claims | undefined): string | undefined {
  const url = claims?.['iss']
  return typeof url === 'string' ? url : undefined
}

function anonymousAccess({
  enabled,
  conditions,
}: NonNullable<AuthenticationConfiguration['anonymous']>): AnonymousAccess {
  return enabled && conditions.length > 0 ? { paths: conditions.map(({ path }) => path) } : enabled
}
