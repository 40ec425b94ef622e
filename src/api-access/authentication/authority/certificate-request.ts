import 'reflect-metadata'
import { createPublicKey } from 'node:crypto'
import { Pkcs10CertificateRequest, Pkcs10CertificateRequestGenerator, type PublicKey } from '@peculiar/x509'
import { AuthenticationError } from '../authentication-error.ts'
import { newKeyPair, OWN_KEY, pemOfKey } from './keys.ts'
import { authorityMessages } from './messages.ts'

const LIMIT = 16 * 1024

/** A new key in PEM form, and the request that proves that its sender has it. */
export async function newCertificateRequest(): Promise<{ readonly key: string; readonly request: string }> {
  const keys = await newKeyPair()
  const made = await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: OWN_KEY })
  return { key: await pemOfKey(keys.privateKey), request: `${made.toString('pem')}\n` }
}

/**
 * The public key of a request that is signed with its private key. Nothing else of the request counts.
 *
 * @param request - PKCS #10 in PEM form
 * @throws AuthenticationError ERR_CERTIFICATE_REQUEST, also for a key too weak to vouch for anybody
 */
export async function publicKeyOfRequest(request: string): Promise<PublicKey> {
  try {
    if (request.length <= LIMIT && request.includes('-----BEGIN CERTIFICATE REQUEST-----')) {
      const read = new Pkcs10CertificateRequest(request)
      if (isStrong(read.publicKey) && (await read.verify())) return read.publicKey
    }
  } catch (cause) {
    throw refused({ cause })
  }
  throw refused()
}

function isStrong({ rawData }: PublicKey): boolean {
  const key = createPublicKey({ key: Buffer.from(rawData), format: 'der', type: 'spki' })
  if (key.asymmetricKeyType === 'rsa') return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048
  const curves = ['prime256v1', 'secp384r1', 'secp521r1']
  return key.asymmetricKeyType === 'ec' && curves.includes(key.asymmetricKeyDetails?.namedCurve ?? '')
}

function refused(options?: ErrorOptions): AuthenticationError {
  return new AuthenticationError('ERR_CERTIFICATE_REQUEST', authorityMessages.make.request({}), options)
}
