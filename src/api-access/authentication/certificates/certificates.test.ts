import { X509Certificate } from 'node:crypto'
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { beforeAll, describe, expect, test } from 'vitest'
import { authenticatorCases, NOTHING, withCertificates, withToken } from '../authenticator.fixture.ts'
import type { Presented } from '../authenticator.ts'
import { newKeyPair, OWN_KEY } from '../authority/keys.ts'
import { AuthenticationSetupError } from '../setup-error.ts'
import { type CaBundle, parseCaBundle } from './ca-bundle.ts'
import { clientCertificateAuthenticator } from './client-certificate.ts'
import { frontProxyAuthenticator } from './front-proxy.ts'
import { subjectOfUser } from './subject.ts'

type Keys = Awaited<ReturnType<typeof newKeyPair>>

const DAY = 24 * 3600 * 1000
const NOW = Date.UTC(2026, 0, 15)
const JANE = { name: 'jane', groups: ['shop', 'ops, all'] }
const CLIENT = [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])]

interface Made {
  readonly certificate: X509Certificate
  readonly keys: Keys
  readonly subject: Name
}

const keysOf = new Map<string, Keys>()

/** One key a name: enough, and quick. */
async function keysFor(name: string): Promise<Keys> {
  const keys = keysOf.get(name) ?? (await newKeyPair())
  keysOf.set(name, keys)
  return keys
}

async function make(
  subject: Name | string,
  issuer: Made | undefined,
  extensions: Extension[],
  times: { from?: number; to?: number } = {},
): Promise<Made> {
  const name = typeof subject === 'string' ? new Name([{ CN: [{ utf8String: subject }] }]) : subject
  const keys = await keysFor(name.toString())
  const made = await X509CertificateGenerator.create({
    subject: name,
    issuer: issuer?.subject ?? name,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: OWN_KEY,
    notBefore: new Date(times.from ?? NOW - DAY),
    notAfter: new Date(times.to ?? NOW + DAY),
    extensions,
  })
  return { certificate: new X509Certificate(Buffer.from(made.rawData)), keys, subject: name }
}

const authority = (pathLength?: number) => [
  new BasicConstraintsExtension(true, pathLength, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
]

let root: Made
let trusted: CaBundle
const bundle = { value: () => trusted }

beforeAll(async () => {
  root = await make('root', undefined, authority())
  trusted = [root.certificate]
})

/** Presents certificates that the given ones issue, the last for jane. */
async function jane(...rest: Parameters<typeof make>[3][]): Promise<Presented> {
  return withCertificates((await make(subjectOfUser(JANE), root, CLIENT, ...rest)).certificate)
}

async function through(...between: [string, Made | undefined, Extension[]][]): Promise<Presented> {
  const chain: Made[] = []
  let issuer: Made | undefined = root
  for (const [name, ownIssuer, extensions] of between) {
    issuer = await make(name, ownIssuer ?? issuer, extensions)
    chain.unshift(issuer)
  }
  const own = await make(subjectOfUser(JANE), issuer, CLIENT)
  return withCertificates(own.certificate, ...chain.map(({ certificate }) => certificate))
}

describe('clientCertificateAuthenticator', () => {
  authenticatorCases(
    {
      good: [
        'a user with groups',
        'a uid',
        'through another authority',
        'no stated purpose',
        'the last common name',
      ],
      bad: [
        'ended',
        'not begun',
        "another authority's",
        'an authority of the same name',
        'for servers',
        'an authority that is none',
        'an authority that may not sign',
        'a chain longer than allowed',
        'an authority that has ended',
        'an authority for servers',
        'a critical extension',
        'limited names',
        'no name',
        'a long chain',
        'itself',
      ],
      foreign: ['a token'],
    },
    async () => {
      const otherRoot = await make('elsewhere', undefined, authority())
      // Same name, other key.
      const twinKeys = await newKeyPair()
      const twin = { ...root, keys: twinKeys }
      const names = new Extension('2.5.29.30', true, Buffer.from('3000', 'hex'))
      const leaf = (extensions: Extension[], issuer: Made = root) =>
        make(subjectOfUser(JANE), issuer, extensions).then(({ certificate }) => withCertificates(certificate))
      const serverOnly = [new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth])]
      const endedAuthority = await make('ended', root, authority(), { to: NOW - 1000 })
      const ofEnded = await make(subjectOfUser(JANE), endedAuthority, CLIENT)
      const limited = await make('limited', root, [...authority(), names])
      const named = await make(subjectOfUser(JANE), limited, [
        ...CLIENT,
        new SubjectAlternativeNameExtension([{ type: 'dns', value: 'x.example.com' }]),
      ])
      const uid = { ...JANE, uid: '1-2' }
      return {
        authenticator: clientCertificateAuthenticator(bundle, () => NOW),
        good: {
          'a user with groups': [await jane(), JANE],
          'a uid': [withCertificates((await make(subjectOfUser(uid), root, CLIENT)).certificate), uid],
          'through another authority': [await through(['between', undefined, authority(0)]), JANE],
          'no stated purpose': [await leaf([]), JANE],
          'the last common name': [
            withCertificates(
              (
                await make(
                  new Name([{ CN: [{ utf8String: 'a' }] }, { CN: [{ utf8String: 'b' }] }]),
                  root,
                  CLIENT,
                )
              ).certificate,
            ),
            { name: 'b', groups: [] },
          ],
        },
        bad: {
          ended: [await jane({ to: NOW - 1000 }), 'ERR_CERTIFICATE_TIME'],
          'not begun': [await jane({ from: NOW + 1000 }), 'ERR_CERTIFICATE_TIME'],
          "another authority's": [await leaf(CLIENT, otherRoot), 'ERR_CERTIFICATE_UNTRUSTED'],
          'an authority of the same name': [await leaf(CLIENT, twin), 'ERR_CERTIFICATE_UNTRUSTED'],
          'for servers': [await leaf(serverOnly), 'ERR_CERTIFICATE_PURPOSE'],
          'an authority that is none': [
            await through(['mallory', undefined, CLIENT]),
            'ERR_CERTIFICATE_UNTRUSTED',
          ],
          'an authority that may not sign': [
            await through([
              'silent',
              undefined,
              [
                new BasicConstraintsExtension(true, undefined, true),
                new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
              ],
            ]),
            'ERR_CERTIFICATE_UNTRUSTED',
          ],
          'a chain longer than allowed': [
            await through(['one', undefined, authority(0)], ['two', undefined, authority()]),
            'ERR_CERTIFICATE_UNTRUSTED',
          ],
          'an authority that has ended': [
            withCertificates(ofEnded.certificate, endedAuthority.certificate),
            'ERR_CERTIFICATE_TIME',
          ],
          'an authority for servers': [
            await through(['servers', undefined, [...authority(), ...serverOnly]]),
            'ERR_CERTIFICATE_PURPOSE',
          ],
          'a critical extension': [
            await leaf([new Extension('1.2.3.4', true, Buffer.from('0500', 'hex'))]),
            'ERR_CERTIFICATE_EXTENSION',
          ],
          'limited names': [
            withCertificates(named.certificate, limited.certificate),
            'ERR_CERTIFICATE_UNTRUSTED',
          ],
          'no name': [
            withCertificates(
              (await make(new Name([{ O: [{ utf8String: 'shop' }] }]), root, CLIENT)).certificate,
            ),
            'ERR_CERTIFICATE_SUBJECT',
          ],
          'a long chain': [
            await through(
              ...Array.from({ length: 9 }, (_, index): [string, undefined, Extension[]] => [
                `n${index}`,
                undefined,
                authority(),
              ]),
            ),
            'ERR_CERTIFICATE_UNTRUSTED',
          ],
          itself: [
            withCertificates(
              (await make(subjectOfUser(JANE), undefined, [...authority(), ...CLIENT])).certificate,
            ),
            'ERR_CERTIFICATE_UNTRUSTED',
          ],
        },
        foreign: { 'a token': withToken('x') },
      }
    },
  )

  test('a changed bundle counts for the connections that are there', async () => {
    let current = trusted
    const authenticator = clientCertificateAuthenticator({ value: () => current }, () => NOW)
    const presented = await jane()
    expect(await authenticator.authenticate(presented)).toBeDefined()
    current = [(await make('elsewhere', undefined, authority())).certificate]
    await expect(authenticator.authenticate(presented)).rejects.toMatchObject({
      code: 'ERR_CERTIFICATE_UNTRUSTED',
    })
  })

  test('a certificate ends while its connection lasts', async () => {
    let now = NOW
    const authenticator = clientCertificateAuthenticator(bundle, () => now)
    const presented = await jane()
    expect(await authenticator.authenticate(presented)).toBeDefined()
    now = NOW + DAY + 1000
    await expect(authenticator.authenticate(presented)).rejects.toMatchObject({
      code: 'ERR_CERTIFICATE_TIME',
    })
  })
})

describe('frontProxyAuthenticator', () => {
  const headers = {
    'x-remote-user': 'jane',
    'x-remote-uid': '7',
    'x-remote-group': ['shop', 'ops'],
    'x-remote-extra-scopes': ['a', 'b'],
    'x-remote-extra-example.com%2fteam': 'red',
  }
  const user = {
    name: 'jane',
    uid: '7',
    groups: ['shop', 'ops'],
    extra: { scopes: ['a', 'b'], 'example.com/team': ['red'] },
  }

  authenticatorCases(
    {
      good: ['an allowed proxy', 'one value of each', 'a key that cannot be decoded'],
      bad: ['another name', 'another authority', 'two users'],
      foreign: ['headers without a certificate', 'a certificate without headers'],
    },
    async () => {
      const proxy = (await make('proxy', root, CLIENT)).certificate
      const other = (await make('other', root, CLIENT)).certificate
      const elsewhere = await make('elsewhere', undefined, authority())
      const foreign = (await make('proxy', elsewhere, CLIENT)).certificate
      const from = (certificate: X509Certificate, sent: Presented['headers'] = headers) => ({
        ...withCertificates(certificate),
        headers: sent,
      })
      return {
        authenticator: frontProxyAuthenticator({ trusted: bundle, allowedNames: ['proxy'], now: () => NOW }),
        good: {
          'an allowed proxy': [from(proxy), user],
          'one value of each': [from(proxy, { 'x-remote-user': 'jane' }), { name: 'jane', groups: [] }],
          'a key that cannot be decoded': [
            from(proxy, { 'x-remote-user': 'jane', 'x-remote-extra-%zz': 'x' }),
            { name: 'jane', groups: [], extra: { '%zz': ['x'] } },
          ],
        },
        bad: {
          'another name': [from(other), 'ERR_FRONT_PROXY_NAME'],
          'another authority': [from(foreign), 'ERR_CERTIFICATE_UNTRUSTED'],
          'two users': [from(proxy, { 'x-remote-user': ['jane', 'admin'] }), 'ERR_FRONT_PROXY_HEADER'],
        },
        foreign: {
          'headers without a certificate': { ...NOTHING, headers },
          'a certificate without headers': withCertificates(proxy),
        },
      }
    },
  )
})

describe('parseCaBundle', () => {
  test('all certificates of a file, whatever stands between', () => {
    const pem = root.certificate.toString()
    expect(parseCaBundle(`# one\n${pem}\n# two\n${pem}`, 'ca.crt')).toHaveLength(2)
  })
  test.each(['', 'nonsense', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'refuses %j',
    (text) => {
      expect(() => parseCaBundle(text, 'ca.crt')).toThrow(AuthenticationSetupError)
    },
  )
})
