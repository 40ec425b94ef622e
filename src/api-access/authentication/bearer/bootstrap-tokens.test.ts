import { describe, expect, test } from 'vitest'
import { fixedObjects, type KubernetesObject } from '../../../kubernetes/index.ts'
import { authenticatorCases, withToken } from '../authenticator.fixture.ts'
import { bearerAuthenticator } from './bearer-token.ts'
import { bootstrapTokenAuthenticator } from './bootstrap-tokens.ts'

const NOW = Date.UTC(2026, 0, 15)
const TOKEN = '07401b.f395accd246ae52d'

const GOOD = {
  'token-id': '07401b',
  'token-secret': 'f395accd246ae52d',
  expiration: '2026-02-01T00:00:00Z',
  'usage-bootstrap-authentication': 'true',
  'auth-extra-groups': 'system:bootstrappers:workers,system:bootstrappers:a:b',
}

function secret(
  data: Record<string, string | undefined>,
  rest: object = {},
  metadata: object = {},
): KubernetesObject {
  const encoded = Object.entries({ ...GOOD, ...data }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, Buffer.from(value).toString('base64')]],
  )
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'bootstrap.kubernetes.io/token',
    metadata: { name: 'bootstrap-token-07401b', namespace: 'kube-system', ...metadata },
    data: Object.fromEntries(encoded),
    ...rest,
  }
}

const over = (object: KubernetesObject) =>
  bearerAuthenticator(bootstrapTokenAuthenticator(fixedObjects([object]), () => NOW))

describe('bootstrapTokenAuthenticator', () => {
  authenticatorCases(
    { good: ['groups'], bad: ['another secret'], foreign: ['unknown', 'another form', 'upper case'] },
    async () => ({
      authenticator: over(secret({})),
      good: {
        groups: [
          withToken(TOKEN),
          {
            name: 'system:bootstrap:07401b',
            groups: ['system:bootstrappers', 'system:bootstrappers:a:b', 'system:bootstrappers:workers'],
          },
        ],
      },
      bad: { 'another secret': [withToken('07401b.0000000000000000'), 'ERR_BOOTSTRAP_TOKEN'] },
      foreign: {
        unknown: withToken('abcdef.f395accd246ae52d'),
        'another form': withToken('07401b-f395accd246ae52d'),
        'upper case': withToken(TOKEN.toUpperCase()),
      },
    }),
  )

  test.each<[string, KubernetesObject, string | undefined]>([
    ['without an end', secret({ expiration: undefined }), undefined],
    ['without groups', secret({ 'auth-extra-groups': undefined }), undefined],
    ['expired', secret({ expiration: '2026-01-14T23:59:59Z' }), 'expiration'],
    ['expires now', secret({ expiration: '2026-01-15T00:00:00Z' }), 'expiration'],
    ['an end that is none', secret({ expiration: 'tomorrow' }), 'expiration'],
    ['an end without a time', secret({ expiration: '2027-01-01' }), 'expiration'],
    [
      'not for authentication',
      secret({ 'usage-bootstrap-authentication': undefined }),
      'usage-bootstrap-authentication',
    ],
    [
      'for signing alone',
      secret({ 'usage-bootstrap-authentication': 'TRUE' }),
      'usage-bootstrap-authentication',
    ],
    ['a group of others', secret({ 'auth-extra-groups': 'system:masters' }), 'auth-extra-groups'],
    [
      'one of several',
      secret({ 'auth-extra-groups': 'system:bootstrappers:a,system:masters' }),
      'auth-extra-groups',
    ],
    [
      'a group that ends badly',
      secret({ 'auth-extra-groups': 'system:bootstrappers:a:' }),
      'auth-extra-groups',
    ],
    ['another type', secret({}, { type: 'Opaque' }), 'type'],
    [
      'being deleted',
      secret({}, {}, { deletionTimestamp: '2026-01-14T00:00:00Z' }),
      'metadata.deletionTimestamp',
    ],
    ["another token's", secret({ 'token-id': 'abcdef' }), ''],
    ['an empty secret', secret({ 'token-secret': undefined }), ''],
  ])('%s', async (_, object, field) => {
    const asked = over(object).authenticate(withToken(TOKEN))
    if (field === undefined) expect(await asked).toBeDefined()
    else if (field === '')
      await expect(asked).rejects.toMatchObject({ detail: { id: 'token.bootstrap-secret' } })
    else
      await expect(asked).rejects.toMatchObject({
        detail: { id: 'token.bootstrap-unusable', data: { field } },
      })
  })
})
