import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type JWTPayload, SignJWT } from 'jose'
import { withToken } from '../authenticator.fixture.ts'
import type { Presented } from '../authenticator.ts'
import { keyId } from './public-keys.ts'

/** 2026-01-15T00:00:00Z */
export const NOW = Date.UTC(2026, 0, 15)

export interface Signer {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly algorithm: string
  readonly id: string
}

export function rsaSigner(): Signer {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...pair, algorithm: 'RS256', id: keyId(pair.publicKey) }
}

export function ecSigner(): Signer {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...pair, algorithm: 'ES256', id: keyId(pair.publicKey) }
}

export function pemOf({ publicKey }: Signer): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

export function sign(
  claims: JWTPayload,
  { privateKey, algorithm, id }: Signer,
  header: object = {},
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: id, ...header }).sign(privateKey)
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Tokens that say what a good one says, and must be refused all the same; each with its code. */
export async function hostileTokens(
  claims: JWTPayload,
  signer: Signer,
): Promise<Record<HostileName, readonly [Presented, string]>> {
  const stranger = signer.algorithm === 'RS256' ? rsaSigner() : ecSigner()
  const good = await sign(claims, signer)
  const [header = '', payload = '', signature = ''] = good.split('.')
  const pem = pemOf(signer)
  const hmac = (alg: string, head: object) => {
    const start = `${encode({ alg, ...head })}.${payload}`
    const hash = alg.replace('HS', 'sha')
    return `${start}.${createHmac(hash, pem).update(start).digest('base64url')}`
  }
  const seconds = NOW / 1000
  const refused = (token: string, code = 'ERR_TOKEN_SIGNATURE') => [withToken(token), code] as const
  return {
    expired: refused(await sign({ ...claims, exp: seconds - 60 }, signer), 'ERR_TOKEN_EXPIRED'),
    'expires now': refused(await sign({ ...claims, exp: seconds }, signer), 'ERR_TOKEN_EXPIRED'),
    'not yet valid': refused(await sign({ ...claims, nbf: seconds + 600 }, signer), 'ERR_TOKEN_NOT_YET'),
    'an expiry that is text': refused(
      await sign({ ...claims, exp: 'never' as never }, signer),
      'ERR_TOKEN_CLAIMS',
    ),
    'an endless expiry': refused(await sign({ ...claims, exp: 1e300 }, signer), 'ERR_TOKEN_CLAIMS'),
    'another audience': refused(await sign({ ...claims, aud: ['elsewhere'] }, signer), 'ERR_TOKEN_AUDIENCE'),
    'a foreign key': refused(await sign(claims, stranger)),
    'a foreign key by the name of ours': refused(await sign(claims, { ...stranger, id: signer.id })),
    'none-alg': refused(`${encode({ alg: 'none' })}.${payload}.${signature}`),
    'None-alg': refused(`${encode({ alg: 'None', kid: signer.id })}.${payload}.${signature}`),
    'HS256 with the public key': refused(hmac('HS256', { kid: signer.id })),
    'HS512 with the public key': refused(hmac('HS512', {})),
    'a key of its own': refused(
      await sign(claims, stranger, { jwk: stranger.publicKey.export({ format: 'jwk' }) }),
    ),
    'an address of keys': refused(await sign(claims, stranger, { jku: 'http://127.0.0.1:1/keys' })),
    'a kid that is a path': refused(await sign(claims, stranger, { kid: '../../../../dev/null' })),
    'a kid that is a query': refused(await sign(claims, stranger, { kid: "' OR 1=1 --" })),
    'changed claims': refused(`${header}.${encode({ ...claims, sub: 'system:admin' })}.${signature}`),
    'a cut signature': refused(`${header}.${payload}.${signature.slice(0, -4)}`),
    'a critical header': refused(await sign(claims, stranger, { crit: ['b64'], b64: true })),
  }
}

/** The tokens' names, for a table that is made before the keys are. */
export const HOSTILE = [
  'expired',
  'expires now',
  'not yet valid',
  'an expiry that is text',
  'an endless expiry',
  'another audience',
  'a foreign key',
  'a foreign key by the name of ours',
  'none-alg',
  'None-alg',
  'HS256 with the public key',
  'HS512 with the public key',
  'a key of its own',
  'an address of keys',
  'a kid that is a path',
  'a kid that is a query',
  'changed claims',
  'a cut signature',
  'a critical header',
] as const

type HostileName = (typeof HOSTILE)[number]

/** Tokens that are not seen by those who verify them. */
export function unreadableTokens(): Record<string, Presented> {
  return {
    'no token at all': withToken('nonsense'),
    'two parts': withToken('a.b'),
    'no claims': withToken(`${encode({ alg: 'RS256' })}.${Buffer.from('[]').toString('base64url')}.c2ln`),
    'another issuer': withToken(
      `${encode({ alg: 'RS256' })}.${encode({ iss: 'https://other.example.com' })}.c2ln`,
    ),
    'a huge one': withToken(`${'a'.repeat(20_000)}.${encode({ iss: 'x' })}.c2ln`),
  }
}

export const UNREADABLE = ['no token at all', 'two parts', 'no claims', 'another issuer', 'a huge one']
