import { createPrivateKey, createPublicKey, type KeyObject, type webcrypto } from 'node:crypto'
import { authenticationFileMessages } from '../files/messages.ts'
import { AuthenticationSetupError } from '../setup-error.ts'

/** What Haetae's own keys are: ECDSA over P-256. */
export const OWN_KEY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export function newKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(OWN_KEY, true, ['sign', 'verify'])
}

/** A private key in PEM form (PKCS #8). */
export async function pemOfKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await crypto.subtle.exportKey('pkcs8', key)
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`
}

/** @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE for any other text than one of Haetae's own keys */
export function readOwnKey(
  pem: string,
  path: string,
): { readonly key: KeyObject; readonly pair: webcrypto.CryptoKeyPair } {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw badKey(path)
    const privateKey = key.toCryptoKey(OWN_KEY, false, ['sign'])
    const publicKey = createPublicKey(key).toCryptoKey(OWN_KEY, true, ['verify'])
    return { key, pair: { privateKey, publicKey } }
  } catch (error) {
    throw error instanceof AuthenticationSetupError ? error : badKey(path)
  }
}

export function badKey(path: string, options?: ErrorOptions): AuthenticationSetupError {
  const said = authenticationFileMessages.make['bad-key']({ path })
  return new AuthenticationSetupError('ERR_AUTHENTICATION_FILE', said, options)
}
