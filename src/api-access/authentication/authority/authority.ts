import 'reflect-metadata'
import {
  createPublicKey,
  type KeyObject,
  X509Certificate as NodeCertificate,
  type webcrypto,
} from 'node:crypto'
import { isIP } from 'node:net'
import { join } from 'node:path'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  type PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { User } from '../../request/index.ts'
import { subjectOfUser } from '../certificates/subject.ts'
import { readSecretFile, readSmallFile } from '../files/read-file.ts'
import { createSecretFile } from '../files/secret-file.ts'
import { publicKeyOfRequest } from './certificate-request.ts'
import { badKey, newKeyPair, OWN_KEY, pemOfKey, readOwnKey } from './keys.ts'

/** A certificate in PEM form, and when it ends. */
export interface IssuedCertificate {
  readonly certificate: string
  readonly notAfter: Date
}

/** With its private key in PEM form (PKCS #8). */
export interface IssuedKeyPair extends IssuedCertificate {
  readonly key: string
}

/** Haetae's own certificate authority. */
export interface Authority {
  /** Its certificate in PEM form: what clients and servers are to trust; where another follows it, those of both. */
  readonly certificate: string
  /** Whether a certificate is one of its own. */
  hasSigned(certificate: NodeCertificate): boolean
  /** @param names - host names and IP addresses that the server is reached by; at least one */
  issueServer(names: readonly string[], seconds: number): Promise<IssuedKeyPair>
  /** A certificate for a user, with a new key: for a first administrator, for Haetae's own clients. */
  issueClient(user: User, seconds: number): Promise<IssuedKeyPair>
  /**
   * A certificate for a user whose key only they have. Of the request only the key counts.
   *
   * @param request - PKCS #10 in PEM form
   * @param extensions - further ones
   * @throws AuthenticationError ERR_CERTIFICATE_REQUEST
   */
  signClient(
    request: string,
    user: User,
    seconds: number,
    extensions?: readonly Extension[],
  ): Promise<IssuedCertificate>
}

export interface AuthorityOptions {
  /** Where `ca.crt` and `ca.key` are, or are made. */
  readonly folder: string
  /** Milliseconds since 1970; the clock's by default. */
  readonly now?: () => number
}

/** As kubeadm makes its own. */
const AUTHORITY_SECONDS = 10 * 365 * 24 * 3600

/** Clocks differ: what is valid from now on is valid from a little before (as Kubernetes' own signer does). */
const BACKDATE_MILLISECONDS = 5 * 60 * 1000

/**
 * Opens the authority of a folder; makes it where there is none. Its key is ECDSA P-256 and readable by its owner
 * alone; of two programs that make it at the same time both get the same.
 *
 * @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE, ERR_AUTHENTICATION_FILE_MODE
 */
export async function openAuthority({ folder, now = Date.now }: AuthorityOptions): Promise<Authority> {
  const keyFile = join(folder, 'ca.key')
  const certificateFile = join(folder, 'ca.crt')
  createSecretFile(keyFile, await pemOfKey((await newKeyPair()).privateKey))
  const { key, pair } = readOwnKey(readSecretFile(keyFile), keyFile)
  // A key without its certificate: the program ended between the two. Nobody trusts it yet.
  createSecretFile(certificateFile, await selfSigned(pair, now()))
  const certificate = readSmallFile(certificateFile)
  const { subjectName: issuer, notAfter: end } = readCertificate(certificate, key, certificateFile)
  const authorityKey = await AuthorityKeyIdentifierExtension.create(pair.publicKey)

  async function sign(
    publicKey: PublicKey | webcrypto.CryptoKey,
    subject: Name,
    seconds: number,
    extensions: Extension[],
  ) {
    // Certificates count in whole seconds.
    const until = Math.min(now() + seconds * 1000, end.getTime())
    const notAfter = new Date(Math.floor(until / 1000) * 1000)
    const made = await X509CertificateGenerator.create({
      subject,
      issuer,
      notBefore: new Date(now() - BACKDATE_MILLISECONDS),
      notAfter,
      publicKey,
      signingKey: pair.privateKey,
      signingAlgorithm: OWN_KEY,
      extensions: [new BasicConstraintsExtension(false, undefined, true), authorityKey, ...extensions],
    })
    return { certificate: `${made.toString('pem')}\n`, notAfter }
  }

  async function withKey(subject: Name, seconds: number, extensions: Extension[]): Promise<IssuedKeyPair> {
    const { publicKey, privateKey } = await newKeyPair()
    return { ...(await sign(publicKey, subject, seconds, extensions)), key: await pemOfKey(privateKey) }
  }

  const signing = new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)
  const forServers = new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth])
  const forClients = new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])
  const publicKey = createPublicKey(key)
  return {
    certificate,
    hasSigned: (certificate) => certificate.verify(publicKey),
    issueServer(names, seconds) {
      const alternatives = names.map((name) =>
        isIP(name) === 0 ? ({ type: 'dns', value: name } as const) : ({ type: 'ip', value: name } as const),
      )
      const subject = new Name([{ CN: [{ utf8String: 'haetae' }] }])
      return withKey(subject, seconds, [
        signing,
        forServers,
        new SubjectAlternativeNameExtension(alternatives),
      ])
    },
    issueClient: (user, seconds) => withKey(subjectOfUser(user), seconds, [signing, forClients]),
    async signClient(request, user, seconds, extensions = []) {
      const publicKey = await publicKeyOfRequest(request)
      return sign(publicKey, subjectOfUser(user), seconds, [signing, forClients, ...extensions])
    },
  }
}

function readCertificate(pem: string, key: KeyObject, path: string): X509Certificate {
  try {
    if (new NodeCertificate(pem).checkPrivateKey(key)) return new X509Certificate(pem)
  } catch (cause) {
    throw badKey(path, { cause })
  }
  throw badKey(path)
}

async function selfSigned(keys: webcrypto.CryptoKeyPair, now: number): Promise<string> {
  const made = await X509CertificateGenerator.createSelfSigned({
    name: new Name([{ CN: [{ utf8String: 'haetae-ca' }] }]),
    notBefore: new Date(now - BACKDATE_MILLISECONDS),
    notAfter: new Date(now + AUTHORITY_SECONDS * 1000),
    keys,
    signingAlgorithm: OWN_KEY,
    extensions: [
      // It signs servers and clients, never another authority.
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return `${made.toString('pem')}\n`
}
