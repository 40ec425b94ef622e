import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { withToken } from '../authenticator.fixture.ts'
import { openAuthority } from '../authority/authority.ts'
import { ecSigner, NOW, rsaSigner, sign } from '../jwt/tokens.fixture.ts'
import { fetchText } from './fetch-json.ts'
import { authenticatorOf, BASE, CLAIMS, ISSUER, keySet, type Provider, provider } from './provider.fixture.ts'

const rsa = rsaSigner()
const ec = ecSigner()
const seconds = NOW / 1000
const ENDPOINT = `${ISSUER}/people/42/groups?code=hidden`
const OTHER = 'https://groups.example.com'

const source = (changes: object = {}) => ({
  groups: undefined,
  _claim_names: { groups: 'src1' },
  _claim_sources: { src1: { endpoint: ENDPOINT, access_token: 'f005ba11' } },
  ...changes,
})

/** What a source says of groups. */
const said = { iss: ISSUER, aud: 'kubernetes', exp: seconds + 60, groups: ['shop', 'night-shift'] }

let made: Provider
beforeEach(() => {
  made = provider(rsa)
})

async function answers(claims: object, signer = rsa, status = 200) {
  made.answers.set(ENDPOINT, { status, text: `${await sign(claims as never, signer)}\n` })
}

async function outcome(claims: object, jwt: object = {}, date?: () => number) {
  const authenticator = authenticatorOf({ ...BASE, ...jwt }, made, () => 0, date)
  const token = withToken(await sign({ ...CLAIMS, ...claims } as never, rsa))
  return authenticator.authenticate(token).then(
    (found) => found?.user,
    ({ code, detail }: { code: string; detail: { id: string; data: object } }) => [
      code,
      detail.id,
      detail.data,
    ],
  )
}

const asksOfSource = () => made.asked.filter((url) => url === ENDPOINT).length

describe('groups that the token only says the whereabouts of', () => {
  test('are asked for, with the access token, and count as its own', async () => {
    await answers(said)
    const user = { name: 'oidc:42', groups: ['oidc:shop', 'oidc:night-shift'] }
    expect(await outcome(source())).toEqual(user)
    expect(made.options[made.asked.indexOf(ENDPOINT)]).toMatchObject({ accessToken: 'f005ba11' })
  })

  test('are seen by rules and by other mappings', async () => {
    await answers(said)
    const username = { expression: 'claims.groups[1] + "/" + claims.sub' }
    const claimMappings = { ...BASE.claimMappings, username }
    const claimValidationRules = [{ expression: '"shop" in claims.groups' }]
    expect(await outcome(source(), { claimMappings, claimValidationRules })).toMatchObject({
      name: 'night-shift/42',
    })
  })

  test('may be one text, and without an access token none is presented', async () => {
    await answers({ ...said, groups: 'shop' })
    const user = await outcome(source({ _claim_sources: { src1: { endpoint: ENDPOINT } } }))
    expect(user).toMatchObject({ groups: ['oidc:shop'] })
    expect(made.options.every((options) => options.accessToken === undefined)).toBe(true)
  })

  test('may be vouched for by another issuer, by its own keys', async () => {
    made.answers.set(`${OTHER}/.well-known/openid-configuration`, {
      status: 200,
      text: JSON.stringify({ issuer: OTHER, jwks_uri: `${OTHER}/its-keys` }),
    })
    made.answers.set(`${OTHER}/its-keys`, { status: 200, text: JSON.stringify(await keySet(ec)) })
    await answers({ ...said, iss: OTHER }, ec)
    expect(await outcome(source())).toMatchObject({ groups: ['oidc:shop', 'oidc:night-shift'] })
    await answers({ ...said, iss: OTHER }, rsa)
    expect(await outcome(source())).toEqual([
      'ERR_TOKEN_CLAIM_SOURCE',
      'oidc.claim-source',
      { claim: 'groups', source: ISSUER, reason: 'ERR_TOKEN_SIGNATURE' },
    ])
  })

  test.each([
    ['stand in the token', source({ groups: ['own'] }), ['oidc:own']],
    ['stand in it as none', source({ groups: [] }), []],
    ['are not among the names', source({ _claim_names: {} }), []],
    ['are not named at all', source({ _claim_names: undefined }), []],
    ['are aggregated', source({ _claim_sources: { src1: { JWT: 'a.b.c' } } }), []],
  ])('are not asked for where they %s', async (_, claims, groups) => {
    await answers(said)
    expect(await outcome(claims)).toMatchObject({ groups })
    expect(asksOfSource()).toBe(0)
  })

  test('are not asked for where the mapping names no claim', async () => {
    await answers(said)
    const claimMappings = { ...BASE.claimMappings, groups: { expression: '["all"]' } }
    expect(await outcome(source(), { claimMappings })).toMatchObject({ groups: ['all'] })
    expect(asksOfSource()).toBe(0)
  })
})

describe('a source that is not as it should be refuses the token', () => {
  const malformed = ['ERR_TOKEN_CLAIMS', 'oidc.claim-source-unknown', {}]
  test.each([
    ['names that are a list', source({ _claim_names: ['groups'] })],
    ['names that are numbers', source({ _claim_names: { groups: 1 } })],
    ['an empty name', source({ _claim_names: { groups: '' } })],
    ['a source that is missing', source({ _claim_names: { groups: 'src2' } })],
    ['that of another claim missing', source({ _claim_names: { groups: 'src1', roles: 'src2' } })],
    ['a source of all objects', source({ _claim_names: { groups: 'constructor' } })],
    ['no sources', source({ _claim_sources: undefined })],
    ['sources that are a text', source({ _claim_sources: 'src1' })],
    ['a source that is a text', source({ _claim_sources: { src1: ENDPOINT } })],
    ['an address that is a number', source({ _claim_sources: { src1: { endpoint: 1 } } })],
    ['malformed ones beside groups of its own', source({ groups: ['own'], _claim_names: { a: 'b' } })],
  ])('%s', async (_, claims) => {
    await answers(said)
    expect(await outcome(claims)).toEqual(malformed)
    expect(asksOfSource()).toBe(0)
  })

  test.each([
    ['in the clear', 'http://issuer.example.com/groups', 'http://issuer.example.com'],
    ['of this machine', 'file:///etc/passwd', 'null'],
    ['that is none', 'groups', '?'],
  ])('an address %s', async (_, endpoint, origin) => {
    const claims = source({ _claim_sources: { src1: { endpoint } } })
    expect(await outcome(claims)).toEqual([
      'ERR_TOKEN_CLAIM_SOURCE',
      'oidc.claim-source',
      { claim: 'groups', source: origin, reason: 'https:// only' },
    ])
    expect(made.asked).not.toContain(endpoint)
  })

  test.each([
    ['expired', { exp: seconds - 1 }, 'ERR_TOKEN_EXPIRED'],
    ['without an expiry', { exp: undefined }, 'ERR_TOKEN_CLAIMS'],
    ['for others', { aud: 'elsewhere' }, 'ERR_TOKEN_AUDIENCE'],
    ['of nobody', { iss: undefined }, 'ERR_TOKEN_CLAIMS'],
    ['of an issuer that is none', { iss: 'https://nobody.example.com' }, 'ERR_TOKEN_KEYS'],
  ])('an answer %s', async (_, changes, reason) => {
    await answers({ ...said, ...changes })
    expect(await outcome(source())).toEqual([
      'ERR_TOKEN_CLAIM_SOURCE',
      'oidc.claim-source',
      { claim: 'groups', source: ISSUER, reason },
    ])
  })

  test.each([
    ['that is an error', 500, 'HTTP 500'],
    ['that leads elsewhere', 302, 'HTTP 302'],
  ])('an answer %s', async (_, status, reason) => {
    await answers(said, rsa, status)
    expect(await outcome(source())).toMatchObject({ 2: { reason } })
  })

  test.each([
    ['that is no token', JSON.stringify(said)],
    ['that nobody signed', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.e30`],
  ])('an answer %s', async (_, text) => {
    made.answers.set(ENDPOINT, { status: 200, text })
    expect(await outcome(source())).toMatchObject({ 2: { reason: 'ERR_TOKEN_CLAIMS' } })
  })

  test('an answer without the claim, or with one that is none', async () => {
    await answers({ ...said, groups: undefined })
    const missing = ['ERR_TOKEN_CLAIMS', 'oidc.claim-missing', { claim: 'groups' }]
    expect(await outcome(source())).toEqual(missing)
    await answers({ ...said, groups: [1] })
    expect(await outcome(source())).toEqual(missing)
  })
})

describe('what a source has said', () => {
  test('is kept for a while, but not beyond its end', async () => {
    await answers(said)
    let date = NOW
    const authenticator = authenticatorOf(
      BASE,
      made,
      () => 0,
      () => date,
    )
    const token = withToken(await sign({ ...CLAIMS, ...source() } as never, rsa))
    await Promise.all([authenticator.authenticate(token), authenticator.authenticate(token)])
    await authenticator.authenticate(token)
    expect(asksOfSource()).toBe(1)
    date += 60_000
    await expect(authenticator.authenticate(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_CLAIM_SOURCE' })
  })

  test('is not kept where it was not good', async () => {
    made.answers.set(ENDPOINT, { status: 503, text: '' })
    const authenticator = authenticatorOf(BASE, made)
    const token = withToken(await sign({ ...CLAIMS, ...source() } as never, rsa))
    await expect(authenticator.authenticate(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_CLAIM_SOURCE' })
    await answers(said)
    expect(await authenticator.authenticate(token)).toMatchObject({
      user: { groups: ['oidc:shop', 'oidc:night-shift'] },
    })
  })
})

test('over HTTPS: presented the access token, trusted by the issuer’s authority, no redirects, no more than 1 MiB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-claims-'))
  const authority = await openAuthority({ folder })
  const { certificate, key } = await authority.issueServer(['127.0.0.1'], 3600)
  let padding = ''
  const server = createServer({ cert: certificate, key }, async (request, response) => {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    if (request.url === '/moved') response.writeHead(302, { location: `${url}/groups` }).end()
    else if (request.url !== '/groups') {
      const document = { issuer: url, jwks_uri: `${url}/keys` }
      response.end(JSON.stringify(request.url === '/keys' ? await keySet(rsa) : document))
    } else if (request.headers.authorization === 'Bearer f005ba11')
      response.end((await sign({ ...said, iss: url }, rsa)) + padding)
    else response.writeHead(401).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const issuer = { url, audiences: ['kubernetes'], certificateAuthority: authority.certificate }
    const authenticator = authenticatorOf({ ...BASE, issuer }, { fetch: fetchText })
    const asks = async (sub: string, accessToken: string, path = '/groups') => {
      const src1 = { endpoint: `${url}${path}`, access_token: accessToken }
      const claims = { ...CLAIMS, ...source({ _claim_sources: { src1 } }), iss: url, sub }
      return authenticator.authenticate(withToken(await sign(claims as never, rsa))).then(
        (found) => found?.user.groups,
        ({ detail }: { detail: { data: object } }) => detail.data,
      )
    }
    expect(await asks('1', 'f005ba11')).toEqual(['oidc:shop', 'oidc:night-shift'])
    expect(await asks('2', 'wrong')).toEqual({ claim: 'groups', source: url, reason: 'HTTP 401' })
    const moved = { claim: 'groups', source: url, reason: 'HTTP 302' }
    expect(await asks('3', 'f005ba11', '/moved')).toEqual(moved)
    padding = ' '.repeat(2 ** 20)
    const long = { claim: 'groups', source: url, reason: 'ERR_ANSWER_TOO_LONG' }
    expect(await asks('4', 'f005ba11')).toEqual(long)
  } finally {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  }
})
