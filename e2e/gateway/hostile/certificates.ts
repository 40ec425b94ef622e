import { createPrivateKey, webcrypto } from 'node:crypto'
import type { ConnectionOptions } from 'node:tls'
import { X509Certificate, X509CertificateGenerator } from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const HOUR = 3_600_000

/** A certificate that nobody vouches for, with the group in it. */
export async function signedByItself(user: string, group: string): Promise<ConnectionOptions> {
  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `O=${group}, CN=${user}`,
    keys,
    signingAlgorithm: ALGORITHM,
  })
  return { cert: certificate.toString('pem'), key: await pemOf(keys.privateKey) }
}

/** A certificate that a user's own, which is no authority, vouches for; the user's comes along. */
export async function signedByALeaf(
  { cert, key }: ConnectionOptions,
  user: string,
  group: string,
): Promise<ConnectionOptions> {
  const keys = await newKeys()
  const der = createPrivateKey(String(key)).export({ type: 'pkcs8', format: 'der' })
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign'])
  const certificate = await X509CertificateGenerator.create({
    subject: `O=${group}, CN=${user}`,
    issuer: new X509Certificate(String(cert)).subjectName,
    notBefore: new Date(Date.now() - HOUR),
    notAfter: new Date(Date.now() + HOUR),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
  })
  return { cert: `${certificate.toString('pem')}\n${String(cert)}`, key: await pemOf(keys.privateKey) }
}

function newKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
}
