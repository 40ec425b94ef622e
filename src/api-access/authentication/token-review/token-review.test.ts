import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clusterClient } from '../../../kubernetes/index.ts'
import { authenticatorCases, withToken } from '../authenticator.fixture.ts'
import { bearerAuthenticator } from '../bearer/bearer-token.ts'
import { parseStaticTokens, staticTokenAuthenticator } from '../bearer/static-tokens.ts'
import { authenticationChain } from '../chain.ts'
import { answerTokenReview } from './answer.ts'
import { clusterTokenAuthenticator, type TokenReviewOptions, tokenReviewAuthenticator } from './webhook.ts'

interface Asked {
  readonly path: string
  readonly body: {
    readonly apiVersion: string
    readonly spec: { readonly token: string; readonly audiences?: string[] }
  }
}

let server: Server
let asked: Asked[]
let answers: (asked: Asked) => { status: number; body: unknown }
const closers: (() => void)[] = []

const JANE = { username: 'jane', uid: '42', groups: ['shop'], extra: { scopes: ['a'] } }
const USER = { name: 'jane', uid: '42', groups: ['shop'], extra: { scopes: ['a'] } }

beforeEach(async () => {
  asked = []
  answers = ({ body }) =>
    body.spec.token === 'good'
      ? { status: 200, body: { status: { authenticated: true, user: JANE } } }
      : { status: 200, body: { status: { authenticated: false, error: 'no such token' } } }
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const question = { path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) }
    asked.push(question)
    const { status, body } = answers(question)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(() => {
  for (const close of closers.splice(0)) close()
  server.close()
})

function client(path = '/authenticate') {
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [
      {
        name: 'c',
        server: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
        skipTLSVerify: true,
      },
    ],
    users: [{ name: 'u' }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  })
  const made = clusterClient(config)
  closers.push(() => made.close())
  return made
}

const webhook = (options: Partial<TokenReviewOptions> = {}) =>
  tokenReviewAuthenticator({ client: client(), pause: async () => undefined, ...options })

describe('tokenReviewAuthenticator', () => {
  authenticatorCases({ good: ['known'], bad: ['unknown'], foreign: [] }, async () => ({
    authenticator: bearerAuthenticator(webhook()),
    good: { known: [withToken('good'), USER] },
    bad: { unknown: [withToken('bad'), 'ERR_TOKEN_REFUSED'] },
    foreign: {},
  }))

  test('a webhook is asked at its own address', async () => {
    await webhook({ version: 'v1beta1' })
      .authenticateToken('good', ['vault'])
      .catch(() => undefined)
    expect(asked).toMatchObject([
      { path: '/authenticate', body: { apiVersion: 'authentication.k8s.io/v1beta1', kind: 'TokenReview' } },
    ])
    expect(asked[0]?.body.spec).toEqual({ token: 'good', audiences: ['vault'] })
  })

  test('a cluster is asked at its own', async () => {
    const by = await clusterTokenAuthenticator({ client: client('') }).authenticateToken('good')
    expect(by).toMatchObject({ authenticator: 'cluster-token-review' })
    expect(asked[0]?.path).toBe('/apis/authentication.k8s.io/v1/tokenreviews')
  })

  test('what was said is kept, a refusal for less time', async () => {
    let now = 0
    const tokens = webhook({ now: () => now })
    const both = async () => {
      await tokens.authenticateToken('good')
      await tokens.authenticateToken('bad').catch(() => undefined)
      return asked.splice(0).map(({ body }) => body.spec.token)
    }
    expect(await both()).toEqual(['good', 'bad'])
    expect(await both()).toEqual([])
    now = 11_000
    expect(await both()).toEqual(['bad'])
    now = 121_000
    expect(await both()).toEqual(['good', 'bad'])
  })

  test('what comes together is asked once, for each audience', async () => {
    const tokens = webhook({ audiences: ['api'] })
    await Promise.all([1, 2, 3].map(() => tokens.authenticateToken('good')))
    await tokens.authenticateToken('good', ['vault']).catch(() => undefined)
    expect(asked.map(({ body }) => body.spec.audiences)).toEqual([['api'], ['vault']])
  })

  test.each<[string, string[] | undefined, string[] | undefined, string[], string[] | 'refused']>([
    ['nobody asks', undefined, undefined, [], []],
    ['it does not know of audiences: the own', ['api'], undefined, [], ['api']],
    ['it does not, and another is wanted', ['api'], ['vault'], [], 'refused'],
    ['it says so', ['api'], ['vault', 'api'], ['vault'], ['vault']],
    ['it says another', ['api'], undefined, ['vault'], 'refused'],
  ])('audiences: %s', async (_, own, wanted, said, expected) => {
    answers = () => ({ status: 200, body: { status: { authenticated: true, user: JANE, audiences: said } } })
    const asking = webhook({ ...(own && { audiences: own }) }).authenticateToken('good', wanted)
    if (expected === 'refused') await expect(asking).rejects.toMatchObject({ code: 'ERR_TOKEN_REFUSED' })
    else expect((await asking)?.audiences ?? []).toEqual(expected)
  })

  test('a webhook that is away is asked again, and nothing is kept of that', async () => {
    answers = () =>
      asked.length < 3
        ? { status: 503, body: {} }
        : { status: 200, body: { status: { authenticated: true, user: JANE } } }
    expect(await webhook().authenticateToken('good')).toMatchObject({ user: USER })
    answers = () => ({ status: 500, body: {} })
    const tokens = webhook()
    asked.length = 0
    await expect(tokens.authenticateToken('good')).rejects.toMatchObject({ code: 'ERR_TOKEN_REVIEW' })
    expect(asked).toHaveLength(5)
    answers = () => ({ status: 201, body: { status: { authenticated: true, user: JANE } } })
    expect(await tokens.authenticateToken('good')).toMatchObject({ user: USER })
  })

  test.each([
    ['no status', {}, 'ERR_TOKEN_REVIEW'],
    ['text', 'yes', 'ERR_TOKEN_REVIEW'],
    ['no user', { status: { authenticated: true } }, 'ERR_TOKEN_REFUSED'],
    [
      'a user without a name',
      { status: { authenticated: true, user: { username: '' } } },
      'ERR_TOKEN_REFUSED',
    ],
    ['a word for true', { status: { authenticated: 'true', user: JANE } }, 'ERR_TOKEN_REFUSED'],
  ])('an answer that is none: %s', async (_, body, code) => {
    answers = () => ({ status: 200, body })
    await expect(webhook().authenticateToken('good')).rejects.toMatchObject({ code })
  })
})

describe('answerTokenReview', () => {
  const tokens = parseStaticTokens('t0ken,jane,42,shop', 'tokens.csv')
  const chain = authenticationChain([bearerAuthenticator(staticTokenAuthenticator({ value: () => tokens }))])
  const review = (spec: object, rest: object = {}) =>
    answerTokenReview(
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec, ...rest },
      chain,
      '192.0.2.7',
      ['api'],
    )

  test('a user', async () => {
    const user = { username: 'jane', uid: '42', groups: ['shop', 'system:authenticated'] }
    const status = { authenticated: true, user, audiences: ['api'] }
    expect(await review({ token: 't0ken' })).toMatchObject({ status: 201, body: { spec: {}, status } })
  })

  test('nobody', async () => {
    const status = { authenticated: false, error: 'no authenticator knows the bearer token' }
    expect(await review({ token: 'other' })).toMatchObject({ status: 201, body: { status } })
    expect(await review({ token: 't0ken', audiences: ['vault'] })).toMatchObject({
      body: { status: { authenticated: false } },
    })
  })

  test.each([
    [{}, {}],
    [{ token: '' }, {}],
    [{ token: 't0ken' }, { kind: 'SubjectAccessReview' }],
    [{ token: 't0ken' }, { apiVersion: 'v1' }],
  ])('no review: %j %j', async (spec, rest) => {
    expect(await review(spec, rest)).toMatchObject({ status: 400 })
  })
})
