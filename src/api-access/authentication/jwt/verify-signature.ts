import {
  type CompactJWSHeaderParameters,
  type CompactVerifyGetKey,
  compactVerify,
  errors,
  type RemoteJWKSet,
} from 'jose'
import { LRUCache } from 'lru-cache'
import { AuthenticationError } from '../authentication-error.ts'
import { secretDigest } from '../bearer/secret-digest.ts'
import type { Reloaded } from '../files/reloaded-file.ts'
import { jwtMessages } from './messages.ts'
import type { PublicKeys } from './public-keys.ts'
import { type Claims, parseClaims } from './read-jwt.ts'

/** Verifies the signature of tokens, and nothing else of them. */
export interface SignatureVerifier {
  /**
   * @returns the claims of a token that is signed with one of the keys
   * @throws AuthenticationError ERR_TOKEN_SIGNATURE, ERR_TOKEN_KEYS (there are no keys to be had now)
   */
  verify(token: string): Promise<Claims>
}

/**
 * Asymmetric ones alone: with a shared secret a public key could be made one (HS256), and `none` signs nothing. The same
 * that Kubernetes takes of identity providers.
 */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'] as const

/** Signatures that were good, each by the keys it was verified with. */
const REMEMBERED = 4096
/** What a source of claims has signed may be long: so many characters of tokens at most. */
const REMEMBERED_CHARACTERS = 2 ** 24

/** Verifies with keys of files. A token names its key by `kid`; one that names none that is known is tried with all. */
export function fileKeysVerifier(keys: Reloaded<PublicKeys>): SignatureVerifier {
  const remembered = new LRUCache<string, { readonly keys: PublicKeys; readonly claims: Claims }>({
    max: REMEMBERED,
  })
  return {
    async verify(token) {
      const current = keys.value()
      const id = secretDigest(token)
      const former = remembered.get(id)
      // A key that was taken away vouches for nothing any more.
      if (former?.keys === current) return former.claims
      const { kid } = headerOf(token)
      const named = current.filter((key) => key.id === kid)
      for (const { key } of named.length > 0 ? named : current) {
        const verified = await compactVerify(token, key, { algorithms: [...ALGORITHMS] }).catch(
          () => undefined,
        )
        if (verified === undefined) continue
        const claims = claimsOf(verified.payload)
        remembered.set(id, { keys: current, claims })
        return claims
      }
      throw refused()
    },
  }
}

/** Verifies with a key set that is fetched and kept (RFC 7517). */
export function keySetVerifier(keySet: RemoteJWKSet): SignatureVerifier {
  const remembered = new LRUCache<string, Claims>({
    max: REMEMBERED,
    maxSize: REMEMBERED_CHARACTERS,
    ttl: 10_000,
  })
  return {
    async verify(token) {
      const id = secretDigest(token)
      const former = remembered.get(id)
      if (former !== undefined) return former
      const claims = claimsOf(await payloadBy(keySet, token))
      remembered.set(id, claims, { size: token.length })
      return claims
    },
  }
}

async function payloadBy(keySet: RemoteJWKSet, token: string): Promise<Uint8Array> {
  const options = { algorithms: [...ALGORITHMS] }
  const getKey: CompactVerifyGetKey = (header, jws) => keySet(header, jws)
  try {
    return (await compactVerify(token, getKey, options)).payload
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      // Without a `kid` any of them may be meant.
      for await (const key of error) {
        const verified = await compactVerify(token, key, options).catch(() => undefined)
        if (verified !== undefined) return verified.payload
      }
      throw refused()
    }
    const isOfToken = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)
    const isOfKeys =
      error instanceof errors.JWKSInvalid ||
      (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')
    if (isOfToken && !isOfKeys) throw refused({ cause: error })
    throw new AuthenticationError('ERR_TOKEN_KEYS', jwtMessages.make['no-keys']({}), { cause: error })
  }
}

function headerOf(token: string): Partial<CompactJWSHeaderParameters> {
  return (parseClaims(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) ??
    {}) as Partial<CompactJWSHeaderParameters>
}

function claimsOf(payload: Uint8Array): Claims {
  const claims = parseClaims(Buffer.from(payload).toString())
  if (claims === undefined) throw refused()
  return claims
}

function refused(options?: ErrorOptions): AuthenticationError {
  return new AuthenticationError('ERR_TOKEN_SIGNATURE', jwtMessages.make.signature({}), options)
}
