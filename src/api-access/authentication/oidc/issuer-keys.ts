import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose'
import { isJson } from '../../../kubernetes/index.ts'
import { AuthenticationError } from '../authentication-error.ts'
import type { JwtConfiguration } from '../configuration/types.ts'
import { jwtMessages } from '../jwt/messages.ts'
import { keySetVerifier, type SignatureVerifier } from '../jwt/verify-signature.ts'
import { type FetchOptions, type FetchText, jsonBy } from './fetch-json.ts'

/** How long an issuer that could not be discovered is left in peace. */
const PAUSE_MILLISECONDS = 10_000

/**
 * Verifies with the keys that an issuer publishes: found by OpenID Connect Discovery ("…/.well-known/openid-configuration"
 * of its URL, or where `discoveryURL` says), when the first token comes. "The issuer value returned MUST be identical to
 * the Issuer URL" (OpenID Connect Discovery 1.0, section 4.3).
 *
 * @param now - milliseconds on a clock that only goes forward
 * @param onKeys - told each time that the keys were asked for: the text that came, undefined for none
 */
export function issuerKeysVerifier(
  {
    url,
    discoveryURL,
    certificateAuthority,
  }: Pick<JwtConfiguration['issuer'], 'url' | 'discoveryURL' | 'certificateAuthority'>,
  fetch: FetchText,
  now: () => number,
  onKeys: (keySet: string | undefined) => void = () => {},
): SignatureVerifier {
  const options = fetchOptions(certificateAuthority)
  let found: Promise<SignatureVerifier> | undefined
  let failedUntil = 0

  async function discover(): Promise<SignatureVerifier> {
    const address =
      discoveryURL === '' ? `${url.replace(/\/$/, '')}/.well-known/openid-configuration` : discoveryURL
    const { status, body } = await jsonBy(fetch)(address, options)
    const { issuer, jwks_uri: keys } = (body ?? {}) as { issuer?: unknown; jwks_uri?: unknown }
    if (status !== 200 || issuer !== url || typeof keys !== 'string' || !keys.startsWith('https://'))
      throw new Error('the discovery document is not that of the issuer')
    const fetchKeys: FetchImplementation = async (where) => {
      const { status, text } = await fetch(where, options).catch((error: unknown) => {
        onKeys(undefined)
        throw error
      })
      onKeys(status === 200 && isJson(text) ? text : undefined)
      return new Response(text, { status })
    }
    return keySetVerifier(createRemoteJWKSet(new URL(keys), { [customFetch]: fetchKeys }))
  }

  return {
    async verify(token) {
      if (found === undefined && now() < failedUntil) throw unavailable()
      found ??= discover()
      let verifier: SignatureVerifier
      try {
        verifier = await found
      } catch (cause) {
        found = undefined
        failedUntil = now() + PAUSE_MILLISECONDS
        throw unavailable({ cause })
      }
      return verifier.verify(token)
    },
  }
}

/** @param certificateAuthority - PEM; empty: the system's own */
export function fetchOptions(certificateAuthority: string): FetchOptions {
  return certificateAuthority === '' ? {} : { certificateAuthority }
}

function unavailable(options?: ErrorOptions): AuthenticationError {
  return new AuthenticationError('ERR_TOKEN_KEYS', jwtMessages.make['no-keys']({}), options)
}
