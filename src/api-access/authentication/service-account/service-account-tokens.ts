import type { ObjectView } from '../../../kubernetes/index.ts'
import type { User } from '../../request/index.ts'
import type { TokenAuthenticator } from '../bearer/bearer-token.ts'
import { audiencesOf, readUnverifiedClaims } from '../jwt/read-jwt.ts'
import { checkTimes, commonAudiences } from '../jwt/validity.ts'
import type { SignatureVerifier } from '../jwt/verify-signature.ts'
import { serviceAccountGroups, serviceAccountUserName } from '../service-account-name.ts'
import { checkBoundObjects } from './bound-objects.ts'
import { LEGACY_ISSUER, type ServiceAccountClaims, serviceAccountClaims } from './claims.ts'

export interface ServiceAccountOptions {
  /** `--service-account-issuer`: the first is the one of new tokens. Legacy tokens are taken beside them. */
  readonly issuers: readonly string[]
  /** `--api-audiences`; by default the issuers. */
  readonly audiences?: readonly string[]
  readonly signatures: SignatureVerifier
  /** Serviceaccounts, pods, secrets and nodes of the cluster. */
  readonly view: ObjectView
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

const NAME = 'service-account'

/**
 * Service accounts by their tokens (Kubernetes documentation, "Authenticating", "Service account tokens"): legacy ones,
 * that live as long as their Secret, and bound ones, that live until they expire or what they are bound to goes.
 */
export function serviceAccountAuthenticator({
  issuers,
  audiences: own = issuers,
  signatures,
  view,
  now = Date.now,
}: ServiceAccountOptions): TokenAuthenticator {
  const known = new Set([...issuers, LEGACY_ISSUER])
  return {
    name: NAME,
    async authenticateToken(token, wanted = own) {
      // Tokens of others are for other authenticators: this is no verdict on them.
      const issuer = readUnverifiedClaims(token)?.['iss']
      if (typeof issuer !== 'string' || !known.has(issuer)) return undefined
      const claims = await signatures.verify(token)
      // "Legacy tokens are not audience-bound": they are good for the server's own.
      const isLegacy = claims['iss'] === LEGACY_ISSUER
      const given = isLegacy && claims['aud'] === undefined ? own : audiencesOf(claims)
      const audiences = commonAudiences(given, wanted)
      const found = serviceAccountClaims(claims)
      if (!isLegacy || claims['exp'] !== undefined) checkTimes(claims, now(), 0)
      checkBoundObjects(found, token, view, now())
      return { user: userOf(found), authenticator: NAME, audiences }
    },
  }
}

function userOf({ account, pod, node, tokenId }: ServiceAccountClaims): User {
  const extra = {
    ...(tokenId !== undefined && { 'authentication.kubernetes.io/credential-id': [`JTI=${tokenId}`] }),
    ...(pod !== undefined && {
      'authentication.kubernetes.io/pod-name': [pod.name],
      'authentication.kubernetes.io/pod-uid': [pod.uid],
    }),
    ...(node !== undefined && {
      'authentication.kubernetes.io/node-name': [node.name],
      'authentication.kubernetes.io/node-uid': [node.uid],
    }),
  }
  return {
    name: serviceAccountUserName(account),
    uid: account.uid,
    groups: serviceAccountGroups(account),
    ...(Object.keys(extra).length > 0 && { extra }),
  }
}
