import { type Claims, isClaims } from '../jwt/read-jwt.ts'
import { malformed } from '../jwt/validity.ts'
import { type ServiceAccountName, serviceAccountUserName } from '../service-account-name.ts'

/** An object that a token names. */
export interface ObjectReference {
  readonly name: string
  readonly uid: string
}

/** What a service account's token says. */
export interface ServiceAccountClaims {
  readonly account: ServiceAccountName & ObjectReference
  /** The Secret that a legacy token is kept in. */
  readonly legacySecret?: string
  readonly pod?: ObjectReference
  readonly secret?: ObjectReference
  readonly node?: ObjectReference
  readonly tokenId?: string
}

/** The issuer of tokens that are kept in Secrets. */
export const LEGACY_ISSUER = 'kubernetes/serviceaccount'
const LEGACY = 'kubernetes.io/serviceaccount'

/**
 * Reads the claims of a legacy or of a bound token (Kubernetes documentation, "Managing Service Accounts", "Bound service
 * account tokens").
 *
 * @throws AuthenticationError ERR_TOKEN_CLAIMS
 */
export function serviceAccountClaims(claims: Claims): ServiceAccountClaims {
  const found = claims['iss'] === LEGACY_ISSUER ? legacyClaims(claims) : boundClaims(claims)
  if (claims['sub'] !== serviceAccountUserName(found.account)) throw malformed('sub')
  return found
}

function legacyClaims(claims: Claims): ServiceAccountClaims {
  const part = (name: string) => text(claims, `${LEGACY}/${name}`)
  return {
    account: {
      namespace: part('namespace'),
      name: part('service-account.name'),
      uid: part('service-account.uid'),
    },
    legacySecret: part('secret.name'),
  }
}

function boundClaims(claims: Claims): ServiceAccountClaims {
  const own = claims['kubernetes.io']
  if (!isClaims(own)) throw malformed('kubernetes.io')
  const pod = reference(own, 'pod')
  const secret = reference(own, 'secret')
  const node = reference(own, 'node')
  const { jti } = claims
  return {
    account: { namespace: text(own, 'namespace'), ...required(reference(own, 'serviceaccount')) },
    ...(pod && { pod }),
    ...(secret && { secret }),
    ...(node && { node }),
    ...(typeof jti === 'string' && jti !== '' && { tokenId: jti }),
  }
}

function required(account: ObjectReference | undefined): ObjectReference {
  if (account === undefined) throw malformed('kubernetes.io.serviceaccount')
  return account
}

function reference(own: Claims, kind: string): ObjectReference | undefined {
  const value = own[kind]
  if (value === undefined || value === null) return undefined
  if (!isClaims(value)) throw malformed(`kubernetes.io.${kind}`)
  return { name: text(value, 'name'), uid: text(value, 'uid') }
}

function text(claims: Claims, claim: string): string {
  const value = claims[claim]
  if (typeof value !== 'string' || value === '') throw malformed(claim)
  return value
}
