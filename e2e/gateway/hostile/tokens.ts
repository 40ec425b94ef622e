import { createHmac, generateKeyPairSync } from 'node:crypto'
import type { Issuer } from './issuer.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Tokens that say what a good one says, or nearly, and must be refused all the same. */
export async function hostileTokens(issuer: Issuer): Promise<Record<string, string>> {
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const good = await issuer.token()
  const [header = '', payload = '', signature = ''] = good.split('.')
  const now = Math.floor(Date.now() / 1000)
  const pem = issuer.publicKey.export({ type: 'spki', format: 'pem' })
  const hmacStart = `${encode({ alg: 'HS256', kid: 'first' })}.${payload}`
  const hmac = createHmac('sha256', pem).update(hmacStart).digest('base64url')
  const tokens: Record<(typeof HOSTILE_TOKENS)[number], string> = {
    expired: await issuer.token({ exp: now - 600 }),
    'not yet valid': await issuer.token({ nbf: now + 3600 }),
    'of another issuer': await issuer.token({ iss: 'https://issuer.example.com' }, {}, stranger.privateKey),
    'of another issuer, with our key': await issuer.token({ iss: 'https://issuer.example.com' }),
    'of a foreign key': await issuer.token({}, {}, stranger.privateKey),
    'for another audience': await issuer.token({ aud: 'elsewhere' }),
    'of no algorithm': `${encode({ alg: 'none' })}.${payload}.`,
    'of no algorithm, with a signature': `${encode({ alg: 'nOnE', kid: 'first' })}.${payload}.${signature}`,
    'of HS256 with the public key': `${hmacStart}.${hmac}`,
    'that brings its key': await issuer.token(
      {},
      { jwk: stranger.publicKey.export({ format: 'jwk' }) as never },
      stranger.privateKey,
    ),
    'that says where its key is': await issuer.token({}, { jku: 'http://127.0.0.1:1/' }, stranger.privateKey),
    'with other claims': `${header}.${encode({ ...issuer.claims(), sub: 'admin' })}.${signature}`,
    'without a signature': `${header}.${payload}.`,
    'of one part': header,
    'of five parts': `${good}.a.b`,
    'of 60 kilobytes': `${header}.${'A'.repeat(60_000)}.${signature}`,
  }
  return tokens
}

/** Their names, for a table that is made before the keys are. */
export const HOSTILE_TOKENS = [
  'expired',
  'not yet valid',
  'of another issuer',
  'of another issuer, with our key',
  'of a foreign key',
  'for another audience',
  'of no algorithm',
  'of no algorithm, with a signature',
  'of HS256 with the public key',
  'that brings its key',
  'that says where its key is',
  'with other claims',
  'without a signature',
  'of one part',
  'of five parts',
  'of 60 kilobytes',
] as const
