import { exportJWK, type JWTPayload } from 'jose'
import type { Authenticator } from '../authenticator.ts'
import { bearerAuthenticator } from '../bearer/bearer-token.ts'
import { loadConfiguration } from '../configuration/load.ts'
import { NOW, type Signer } from '../jwt/tokens.fixture.ts'
import type { FetchOptions, FetchText } from './fetch-json.ts'
import { jwtAuthenticator, jwtIssuers } from './jwt-authenticator.ts'

export const ISSUER = 'https://issuer.example.com'

export const CLAIMS: JWTPayload = {
  iss: ISSUER,
  aud: ['kubernetes', 'other'],
  sub: '42',
  exp: NOW / 1000 + 3600,
  email: 'jane@example.com',
  email_verified: true,
  groups: ['shop', 'ops'],
  hd: 'example.com',
  tenant: { name: 'red' },
}

/** An entry of `jwt`, to be changed. */
export const BASE = {
  issuer: { url: ISSUER, audiences: ['kubernetes'] },
  claimMappings: {
    username: { claim: 'sub', prefix: 'oidc:' },
    groups: { claim: 'groups', prefix: 'oidc:' },
  },
}

export async function keySet(...signers: Signer[]) {
  const keys = await Promise.all(
    signers.map(async ({ publicKey, algorithm, id }) => ({
      ...(await exportJWK(publicKey)),
      kid: id,
      alg: algorithm,
      use: 'sig',
    })),
  )
  return { keys }
}

export interface Provider {
  readonly fetch: FetchText
  readonly asked: string[]
  /** With what each was asked. */
  readonly options: FetchOptions[]
  readonly signers: Signer[]
  isUp: boolean
  document: object
  /** What else it answers, by URL. */
  readonly answers: Map<string, { status: number; text: string }>
}

export function provider(...signers: Signer[]): Provider {
  const made: Provider = {
    asked: [],
    options: [],
    signers,
    isUp: true,
    document: { issuer: ISSUER, jwks_uri: `${ISSUER}/keys` },
    answers: new Map(),
    async fetch(url, options) {
      made.asked.push(url)
      made.options.push(options)
      if (!made.isUp) throw new Error('ECONNREFUSED')
      const answer = made.answers.get(url)
      if (answer !== undefined) return answer
      const body = url.endsWith('/keys') ? await keySet(...made.signers) : made.document
      return { status: 200, text: JSON.stringify(body) }
    },
  }
  return made
}

export function authenticatorOf(
  jwt: object,
  { fetch }: Pick<Provider, 'fetch'>,
  now: () => number = () => 0,
  date: () => number = () => NOW,
): Authenticator {
  const document = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [jwt],
  }
  const configuration = loadConfiguration(JSON.stringify(document), 'authn.yaml', [])
  const issuers = jwtIssuers(configuration, { fetch, now, date })
  return bearerAuthenticator(jwtAuthenticator({ value: () => issuers }, [], date))
}
