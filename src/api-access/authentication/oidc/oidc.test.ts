import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { authenticatorCases, withToken } from '../authenticator.fixture.ts'
import { openAuthority } from '../authority/authority.ts'
import { bearerAuthenticator } from '../bearer/bearer-token.ts'
import { loadConfiguration } from '../configuration/load.ts'
import {
  ecSigner,
  HOSTILE,
  hostileTokens,
  NOW,
  rsaSigner,
  sign,
  UNREADABLE,
  unreadableTokens,
} from '../jwt/tokens.fixture.ts'
import { type JwtOptions, jwtAuthenticator, jwtIssuers, reloadedJwtIssuers } from './jwt-authenticator.ts'
import { authenticatorOf, BASE, CLAIMS, ISSUER, keySet, provider } from './provider.fixture.ts'

const rsa = rsaSigner()
const ec = ecSigner()
const seconds = NOW / 1000

/** What becomes of claims: the user, or the message of the refusal with its data. */
async function outcome(jwt: object, claims: object = {}) {
  const authenticator = authenticatorOf({ ...BASE, ...jwt }, provider(rsa))
  const token = withToken(await sign({ ...CLAIMS, ...claims }, rsa))
  return authenticator.authenticate(token).then(
    (found) => found?.user,
    ({ detail }: { detail: { id: string; data: object } }) => [detail.id, detail.data],
  )
}

describe.each([
  ['RS256', rsa],
  ['ES256', ec],
])('jwtAuthenticator, %s', (_, signer) => {
  const user = { name: 'oidc:42', groups: ['oidc:shop', 'oidc:ops'] }
  authenticatorCases(
    { good: ['of an audience', 'without a kid', 'a clock ahead'], bad: HOSTILE, foreign: UNREADABLE },
    async () => ({
      authenticator: authenticatorOf(BASE, provider(rsa, ec)),
      good: {
        'of an audience': [withToken(await sign(CLAIMS, signer)), user],
        'without a kid': [withToken(await sign(CLAIMS, signer, { kid: undefined })), user],
        'a clock ahead': [withToken(await sign({ ...CLAIMS, nbf: seconds + 60 }, signer)), user],
      },
      bad: await hostileTokens(CLAIMS, signer),
      foreign: unreadableTokens(),
    }),
  )
})

const mapped = (changes: object) => ({ claimMappings: { ...BASE.claimMappings, ...changes } })

describe('mappings', () => {
  test.each<[string, object, object, unknown]>([
    [
      'expressions',
      mapped({
        username: { expression: '"oidc:" + (claims.email_verified ? claims.email : claims.sub)' },
        groups: { expression: 'claims.groups.map(g, "x:" + g)' },
        uid: { expression: 'claims.sub' },
        extra: [
          { key: 'example.com/tenant', valueExpression: 'claims.tenant.name' },
          { key: 'example.com/none', valueExpression: 'claims.?roles.orValue([])' },
        ],
      }),
      {},
      {
        name: 'oidc:jane@example.com',
        groups: ['x:shop', 'x:ops'],
        uid: '42',
        extra: { 'example.com/tenant': ['red'] },
      },
    ],
    [
      'a verified address',
      mapped({ username: { claim: 'email', prefix: '' } }),
      {},
      { name: 'jane@example.com' },
    ],
    [
      'one that does not say',
      mapped({ username: { claim: 'email', prefix: '' } }),
      { email_verified: undefined },
      { name: 'jane@example.com' },
    ],
    [
      'one that is not verified',
      mapped({ username: { claim: 'email', prefix: '' } }),
      { email_verified: false },
      ['oidc.email-not-verified', {}],
    ],
    [
      'one whose verification is text',
      mapped({ username: { claim: 'email', prefix: '' } }),
      { email_verified: 'true' },
      ['oidc.email-not-verified', {}],
    ],
    ['one group', {}, { groups: 'shop' }, { groups: ['oidc:shop'] }],
    ['no groups', {}, { groups: undefined }, { groups: [] }],
    ['groups that are numbers', {}, { groups: [1] }, ['oidc.claim-missing', { claim: 'groups' }]],
    ['no user name', {}, { sub: undefined }, ['oidc.claim-missing', { claim: 'sub' }]],
    ['an empty one', {}, { sub: '' }, ['oidc.claim-missing', { claim: 'sub' }]],
    ['one that is a number', {}, { sub: 42 as never }, ['oidc.claim-missing', { claim: 'sub' }]],
    [
      'a claim of all objects',
      mapped({ username: { claim: 'constructor', prefix: '' } }),
      {},
      ['oidc.claim-missing', { claim: 'constructor' }],
    ],
    [
      'a uid that is missing',
      mapped({ uid: { claim: 'oid' } }),
      {},
      ['oidc.claim-missing', { claim: 'oid' }],
    ],
    [
      'an expression that gives no text',
      mapped({ username: { expression: 'claims.groups' } }),
      {},
      ['oidc.result', { field: 'jwt[0].claimMappings.username.expression', wanted: 'string' }],
    ],
    [
      'an expression that errs',
      mapped({ username: { expression: 'claims.none' } }),
      {},
      ['oidc.expression', { field: 'jwt[0].claimMappings.username.expression', error: 'no such key: none' }],
    ],
    [
      'groups that are no texts',
      mapped({ groups: { expression: 'claims.tenant' } }),
      {},
      ['oidc.result', { field: 'jwt[0].claimMappings.groups.expression', wanted: 'string | list(string)' }],
    ],
  ])('%s', async (_, jwt, claims, expected) => {
    const found = await outcome(jwt, claims)
    if (Array.isArray(expected)) expect(found).toEqual(expected)
    else expect(found).toMatchObject(expected as object)
  })
})

describe('rules', () => {
  const rule = (...claimValidationRules: object[]) => ({ claimValidationRules })
  const userRule = (...userValidationRules: object[]) => ({ userValidationRules })
  const passes = { name: 'oidc:42' }
  test.each<[string, object, unknown]>([
    ['a value that is required', rule({ claim: 'hd', requiredValue: 'example.com' }), passes],
    [
      'another value',
      rule({ claim: 'hd', requiredValue: 'example.org' }),
      ['oidc.claim-value', { claim: 'hd' }],
    ],
    [
      'a claim that is missing',
      rule({ claim: 'none', requiredValue: '' }),
      ['oidc.claim-missing', { claim: 'none' }],
    ],
    ['an expression', rule({ expression: 'claims.exp - 3600 < 2000000000' }), passes],
    [
      'one that is false',
      rule({ expression: 'claims.hd == "example.org"', message: 'wrong domain' }),
      ['oidc.rule', { expression: 'claims.hd == "example.org"', message: 'wrong domain' }],
    ],
    [
      'one that errs',
      rule({ expression: 'claims.none == "x"' }),
      ['oidc.expression', { field: 'jwt[0].claimValidationRules[0].expression', error: 'no such key: none' }],
    ],
    ['about the user', userRule({ expression: "!user.username.startsWith('system:')" }), passes],
    ['about groups', userRule({ expression: "user.groups.all(g, g.startsWith('oidc:'))" }), passes],
    [
      'that the user breaks',
      userRule({ expression: "user.username == 'root'", message: 'no' }),
      ['oidc.rule', { expression: "user.username == 'root'", message: 'no' }],
    ],
    ['about what is not there', userRule({ expression: "user.uid == '' && size(user.extra) == 0" }), passes],
  ])('%s', async (_, jwt, expected) => {
    const found = await outcome(jwt)
    if (Array.isArray(expected)) expect(found).toEqual(expected)
    else expect(found).toMatchObject(expected as object)
  })
})

describe('the issuer', () => {
  test('is asked where its keys are once, and for a key that is new', async () => {
    const made = provider(rsa)
    const authenticator = authenticatorOf(BASE, made)
    for (const _ of [1, 2]) await authenticator.authenticate(withToken(await sign(CLAIMS, rsa)))
    expect(made.asked).toEqual([`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/keys`])
  })

  test('is told of to an observer: tokens that were judged, and keys that were asked for', async () => {
    const told: unknown[] = []
    const observer: NonNullable<JwtOptions['observer']> = {
      judged: (issuer, result) => told.push([issuer, result]),
      keysFetched: (issuer, keySet) => told.push([issuer, 'keys', JSON.parse(keySet ?? 'null')]),
      removed: (issuer) => told.push([issuer, 'removed']),
    }
    const { fetch } = provider(rsa)
    const document = {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AuthenticationConfiguration',
      jwt: [BASE],
    }
    const issuers = jwtIssuers(loadConfiguration(JSON.stringify(document), 'authn.yaml', []), {
      fetch,
      observer,
    })
    const authenticator = jwtAuthenticator({ value: () => issuers }, [], () => NOW)
    await authenticator.authenticateToken(await sign(CLAIMS, rsa))
    await authenticator.authenticateToken(await sign({ ...CLAIMS, exp: 1 }, rsa)).catch(() => undefined)
    await authenticator.authenticateToken(await sign({ ...CLAIMS, iss: 'https://other.example.com' }, rsa))
    expect(told).toEqual([
      [ISSUER, 'keys', { keys: [expect.objectContaining({ kid: expect.any(String) })] }],
      [ISSUER, 'success'],
      [ISSUER, 'failure'],
    ])
  })

  test('that a changed file names no longer is told of to the observer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'haetae-issuers-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'authn.yaml')
    const write = (...urls: string[]) => {
      const jwt = urls.map((url) => ({ ...BASE, issuer: { ...BASE.issuer, url } }))
      writeFileSync(
        file,
        JSON.stringify({
          apiVersion: 'apiserver.config.k8s.io/v1',
          kind: 'AuthenticationConfiguration',
          jwt,
        }),
      )
    }
    const removed: string[] = []
    const observer = {
      judged: () => undefined,
      keysFetched: () => undefined,
      removed: (issuer: string) => void removed.push(issuer),
    }
    let now = 0
    const problems: unknown[] = []
    write(ISSUER, 'https://other.example.com')
    const reload = { now: () => now, onProblem: (problem: unknown) => void problems.push(problem) }
    const issuers = reloadedJwtIssuers(file, reload, { observer })
    const read = () => {
      now += 2000
      issuers.value()
    }
    writeFileSync(file, '{ nothing of the kind')
    read()
    expect([problems.length, removed]).toEqual([1, []])
    write(ISSUER)
    read()
    expect([problems.length, removed]).toEqual([1, ['https://other.example.com']])
  })

  test('elsewhere', async () => {
    const made = provider(rsa)
    const issuer = { ...BASE.issuer, discoveryURL: 'https://inside.example.com/discovery' }
    await authenticatorOf({ ...BASE, issuer }, made).authenticate(withToken(await sign(CLAIMS, rsa)))
    expect(made.asked[0]).toBe('https://inside.example.com/discovery')
  })

  test('that is away is left in peace for a while', async () => {
    let now = 0
    const made = provider(rsa)
    made.isUp = false
    const authenticator = authenticatorOf(BASE, made, () => now)
    const token = withToken(await sign(CLAIMS, rsa))
    for (const _ of [1, 2])
      await expect(authenticator.authenticate(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_KEYS' })
    expect(made.asked).toHaveLength(1)
    made.isUp = true
    now = 11_000
    expect(await authenticator.authenticate(token)).toBeDefined()
  })

  test.each([
    ['of another issuer', { issuer: 'https://other.example.com', jwks_uri: `${ISSUER}/keys` }],
    ['with keys in the clear', { issuer: ISSUER, jwks_uri: 'http://issuer.example.com/keys' }],
    ['without keys', { issuer: ISSUER }],
  ])('a document %s', async (_, document) => {
    const made = provider(rsa)
    made.document = document
    const asked = authenticatorOf(BASE, made).authenticate(withToken(await sign(CLAIMS, rsa)))
    await expect(asked).rejects.toMatchObject({ code: 'ERR_TOKEN_KEYS' })
  })

  test('over HTTPS, trusted by its own authority alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'haetae-issuer-'))
    const authority = await openAuthority({ folder })
    const { certificate, key } = await authority.issueServer(['127.0.0.1'], 3600)
    const server = createServer({ cert: certificate, key }, async (request, response) => {
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
      const document = { issuer: url, jwks_uri: `${url}/keys` }
      response.end(JSON.stringify(request.url === '/keys' ? await keySet(rsa) : document))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
      const token = withToken(await sign({ ...CLAIMS, iss: url }, rsa))
      const by = (issuer: object) => {
        const document = {
          apiVersion: 'apiserver.config.k8s.io/v1',
          kind: 'AuthenticationConfiguration',
          jwt: [{ ...BASE, issuer }],
        }
        const issuers = jwtIssuers(loadConfiguration(JSON.stringify(document), 'authn.yaml', []))
        return bearerAuthenticator(jwtAuthenticator({ value: () => issuers }, [], () => NOW)).authenticate(
          token,
        )
      }
      const issuer = { url, audiences: ['kubernetes'] }
      expect(await by({ ...issuer, certificateAuthority: authority.certificate })).toMatchObject({
        user: { name: 'oidc:42' },
      })
      await expect(by(issuer)).rejects.toMatchObject({ code: 'ERR_TOKEN_KEYS' })
    } finally {
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true })
    }
  })
})
