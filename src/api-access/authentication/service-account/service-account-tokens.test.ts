import { describe, expect, test } from 'vitest'
import { fixedObjects, type KubernetesObject } from '../../../kubernetes/index.ts'
import { authenticatorCases, withToken } from '../authenticator.fixture.ts'
import { bearerAuthenticator } from '../bearer/bearer-token.ts'
import { parsePublicKeys } from '../jwt/public-keys.ts'
import {
  ecSigner,
  HOSTILE,
  hostileTokens,
  NOW,
  pemOf,
  rsaSigner,
  type Signer,
  sign,
  UNREADABLE,
  unreadableTokens,
} from '../jwt/tokens.fixture.ts'
import { fileKeysVerifier } from '../jwt/verify-signature.ts'
import { serviceAccountAuthenticator } from './service-account-tokens.ts'

const ISSUER = 'https://kubernetes.default.svc'
const rsa = rsaSigner()
const ec = ecSigner()

const legacy = {
  iss: 'kubernetes/serviceaccount',
  sub: 'system:serviceaccount:web:robot',
  'kubernetes.io/serviceaccount/namespace': 'web',
  'kubernetes.io/serviceaccount/secret.name': 'robot-token',
  'kubernetes.io/serviceaccount/service-account.name': 'robot',
  'kubernetes.io/serviceaccount/service-account.uid': 'robot-1',
}

function bound(objects: object = {}) {
  return {
    iss: ISSUER,
    sub: 'system:serviceaccount:web:robot',
    aud: [ISSUER, 'vault'],
    exp: NOW / 1000 + 3600,
    nbf: NOW / 1000 - 10,
    'kubernetes.io': { namespace: 'web', serviceaccount: { name: 'robot', uid: 'robot-1' }, ...objects },
  }
}

const reference = (name: string) => ({ name, uid: `${name}-1` })

function object(kind: string, name: string, rest: object = {}, metadata: object = {}): KubernetesObject {
  const namespace = kind === 'Node' ? {} : { namespace: 'web' }
  return { apiVersion: 'v1', kind, metadata: { name, uid: `${name}-1`, ...namespace, ...metadata }, ...rest }
}

const ago = (seconds: number) => ({ deletionTimestamp: new Date(NOW - seconds * 1000).toISOString() })

/** The cluster that tokens are judged by; objects given replace those of their kind and name. */
async function cluster(...others: KubernetesObject[]) {
  const held = Buffer.from(await sign(legacy, rsa)).toString('base64')
  return fixedObjects([
    object('ServiceAccount', 'robot'),
    object('Secret', 'robot-token', { data: { token: held } }),
    object('Secret', 'secret'),
    object('Pod', 'pod'),
    object('Node', 'node'),
    ...others,
  ])
}

async function authenticatorOver(signers: readonly Signer[], ...others: KubernetesObject[]) {
  const keys = parsePublicKeys(signers.map(pemOf).join('\n'), 'sa.pub')
  return bearerAuthenticator(
    serviceAccountAuthenticator({
      issuers: [ISSUER],
      signatures: fileKeysVerifier({ value: () => keys }),
      view: await cluster(...others),
      now: () => NOW,
    }),
  )
}

const user = {
  name: 'system:serviceaccount:web:robot',
  uid: 'robot-1',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:web'],
}

describe.each([
  ['RS256', rsa],
  ['ES256', ec],
])('serviceAccountAuthenticator, %s', (_, signer) => {
  authenticatorCases(
    {
      good: ['bound', 'to a pod', 'to a secret', 'to a node', 'with an id', 'without a kid', 'one audience'],
      bad: [
        ...HOSTILE,
        'no audience',
        'another subject',
        'no account',
        'an account that is text',
        'no expiry',
      ],
      foreign: UNREADABLE,
    },
    async () => {
      const good = async (objects: object, extra?: Record<string, string[]>, header?: object) =>
        [withToken(await sign(bound(objects), signer, header)), { ...user, ...(extra && { extra }) }] as const
      const bad = async (claims: object, code = 'ERR_TOKEN_CLAIMS') =>
        [withToken(await sign({ ...bound(), ...claims }, signer)), code] as const
      const key = 'authentication.kubernetes.io'
      return {
        authenticator: await authenticatorOver([rsa, ec]),
        good: {
          bound: await good({}),
          'to a pod': await good(
            { pod: reference('pod') },
            { [`${key}/pod-name`]: ['pod'], [`${key}/pod-uid`]: ['pod-1'] },
          ),
          'to a secret': await good({ secret: reference('secret') }),
          'to a node': await good(
            { node: reference('node') },
            { [`${key}/node-name`]: ['node'], [`${key}/node-uid`]: ['node-1'] },
          ),
          'with an id': [
            withToken(await sign({ ...bound(), jti: 'abc' }, signer)),
            { ...user, extra: { [`${key}/credential-id`]: ['JTI=abc'] } },
          ],
          'without a kid': await good({}, undefined, { kid: undefined }),
          'one audience': [withToken(await sign({ ...bound(), aud: ISSUER }, signer)), user],
        },
        bad: {
          ...(await hostileTokens(bound(), signer)),
          'no audience': await bad({ aud: undefined }, 'ERR_TOKEN_AUDIENCE'),
          'another subject': await bad({ sub: 'system:serviceaccount:web:other' }),
          'no account': await bad({ 'kubernetes.io': { namespace: 'web' } }),
          'an account that is text': await bad({
            'kubernetes.io': { namespace: 'web', serviceaccount: 'robot' },
          }),
          'no expiry': await bad({ exp: undefined }),
        },
        foreign: unreadableTokens(),
      }
    },
  )
})

describe('what a token is bound to', () => {
  test.each<[string, object, KubernetesObject[], string | undefined]>([
    ['a pod that is there', { pod: reference('pod') }, [], undefined],
    [
      'a pod that was made anew',
      { pod: reference('pod') },
      [object('Pod', 'pod', {}, { uid: 'other' })],
      'ERR_TOKEN_REVOKED',
    ],
    ['a pod that is gone', { pod: reference('gone') }, [], 'ERR_TOKEN_REVOKED'],
    ['a pod that is going', { pod: reference('pod') }, [object('Pod', 'pod', {}, ago(59))], undefined],
    [
      'a pod that should be gone',
      { pod: reference('pod') },
      [object('Pod', 'pod', {}, ago(61))],
      'ERR_TOKEN_REVOKED',
    ],
    [
      'a pod of another namespace',
      { pod: reference('pod') },
      [object('Pod', 'pod', {}, { uid: 'x' }), object('Pod', 'pod', {}, { namespace: 'other' })],
      'ERR_TOKEN_REVOKED',
    ],
    [
      'a secret that was made anew',
      { secret: reference('secret') },
      [object('Secret', 'secret', {}, { uid: 'other' })],
      'ERR_TOKEN_REVOKED',
    ],
    ['a node that is gone', { node: reference('gone') }, [], 'ERR_TOKEN_REVOKED'],
    ["a pod's node is only told", { pod: reference('pod'), node: reference('gone') }, [], undefined],
    [
      'an account that was made anew',
      {},
      [object('ServiceAccount', 'robot', {}, { uid: 'other' })],
      'ERR_TOKEN_REVOKED',
    ],
    [
      'an account that should be gone',
      {},
      [object('ServiceAccount', 'robot', {}, ago(61))],
      'ERR_TOKEN_REVOKED',
    ],
  ])('%s', async (_, objects, others, code) => {
    const authenticator = await authenticatorOver([rsa], ...others)
    const asked = authenticator.authenticate(withToken(await sign(bound(objects), rsa)))
    if (code === undefined) expect(await asked).toMatchObject({ audiences: [ISSUER] })
    else await expect(asked).rejects.toMatchObject({ code })
  })

  test('nothing is known of a cluster that has not been read', async () => {
    const keys = parsePublicKeys(pemOf(rsa), 'sa.pub')
    const view = { ...(await cluster()), isComplete: () => false }
    const signatures = fileKeysVerifier({ value: () => keys })
    const tokens = serviceAccountAuthenticator({ issuers: [ISSUER], signatures, view, now: () => NOW })
    await expect(tokens.authenticateToken(await sign(bound(), rsa))).rejects.toMatchObject({
      code: 'ERR_OBJECTS_UNKNOWN',
    })
  })
})

describe('legacy tokens', () => {
  test.each<[string, object, KubernetesObject[], string | undefined]>([
    ['good as long as its Secret', {}, [], undefined],
    ['its Secret is gone', { 'kubernetes.io/serviceaccount/secret.name': 'gone' }, [], 'ERR_TOKEN_REVOKED'],
    [
      'its Secret holds another',
      {},
      [object('Secret', 'robot-token', { data: { token: 'eA==' } })],
      'ERR_TOKEN_REVOKED',
    ],
    ['its Secret holds none', {}, [object('Secret', 'robot-token')], 'ERR_TOKEN_REVOKED'],
    ['no Secret', { 'kubernetes.io/serviceaccount/secret.name': undefined }, [], 'ERR_TOKEN_CLAIMS'],
    ['another account', { sub: 'system:serviceaccount:web:other' }, [], 'ERR_TOKEN_CLAIMS'],
  ])('%s', async (_, claims, others, code) => {
    const authenticator = await authenticatorOver([rsa], ...others)
    const asked = authenticator.authenticate(withToken(await sign({ ...legacy, ...claims }, rsa)))
    if (code === undefined) expect(await asked).toMatchObject({ user })
    else await expect(asked).rejects.toMatchObject({ code })
  })

  test('marked as invalid', async () => {
    const token = await sign(legacy, rsa)
    const labels = { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' }
    const marked = object(
      'Secret',
      'robot-token',
      { data: { token: Buffer.from(token).toString('base64') } },
      { labels },
    )
    const authenticator = await authenticatorOver([rsa], marked)
    await expect(authenticator.authenticate(withToken(token))).rejects.toMatchObject({
      code: 'ERR_TOKEN_REVOKED',
    })
  })
})

test('a key that is taken away vouches for nothing more', async () => {
  let keys = parsePublicKeys(pemOf(rsa), 'sa.pub')
  const verifier = fileKeysVerifier({ value: () => keys })
  const token = await sign(bound(), rsa)
  expect(await verifier.verify(token)).toMatchObject({ iss: ISSUER })
  keys = parsePublicKeys(pemOf(ec), 'sa.pub')
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'ERR_TOKEN_SIGNATURE' })
})
