import { describe, expect, test } from 'vitest'
import { fixedObjects } from '../../../kubernetes/index.ts'
import { requestOf } from '../conformance.fixture.ts'
import { configuredChain } from './configured.ts'
import { formatGoDuration, parseGoDuration } from './duration.ts'
import { configurationOfFlags } from './flags.ts'
import { loadAuthorizationConfiguration } from './load-configuration.ts'
import { AuthorizationSetupError } from './setup-error.ts'

const HEAD = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\n'
const WEBHOOK = {
  timeout: '3s',
  subjectAccessReviewVersion: 'v1',
  matchConditionSubjectAccessReviewVersion: 'v1',
  failurePolicy: 'Deny',
  connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: '/webhook.kubeconfig' },
}

function errorsOf(text: string): readonly string[] {
  try {
    loadAuthorizationConfiguration(text, 'authz.yaml', () => undefined)
    return []
  } catch (error) {
    if (!(error instanceof AuthorizationSetupError)) throw error
    return error.detail.data['errors'] as readonly string[]
  }
}

function errorsOfWebhook(changes: object, head = HEAD): readonly string[] {
  const webhook = JSON.stringify({ ...WEBHOOK, ...changes })
  return errorsOf(`${head}authorizers: [{type: Webhook, name: hook, webhook: ${webhook}}]\n`)
}

describe('a file', () => {
  test.each(['v1', 'v1beta1', 'v1alpha1'])('of %s is read', (version) => {
    const head = HEAD.replace('/v1', `/${version}`)
    expect(errorsOfWebhook({ matchConditions: [{ expression: 'request.user != "root"' }] }, head)).toEqual([])
  })

  test.each([
    ['', '1: authorizers: Required value: at least one authorization mode must be defined'],
    ['authorizers: [{name: a}]', '3: authorizers[0].type: Required value'],
    [
      'authorizers: [{type: Magic, name: a}]',
      '3: authorizers[0].type: Unsupported value: "Magic": supported values: "ABAC", "AlwaysAllow", "AlwaysDeny", "Node", "RBAC", "Webhook"',
    ],
    [
      'authorizers: [{type: RBAC, name: a}, {type: RBAC, name: b}]',
      '3: authorizers[1].type: Duplicate value: "RBAC"',
    ],
    ['authorizers: [{type: RBAC}]', '3: authorizers[0].name: Required value'],
    [
      'authorizers: [{type: RBAC, name: a}, {type: Node, name: a}]',
      '3: authorizers[1].name: Duplicate value: "a"',
    ],
    [
      'authorizers: [{type: RBAC, name: a, webhook: {}}]',
      '3: authorizers[0].webhook: Invalid value: "non-null": may only be specified when type=Webhook',
    ],
    [
      'authorizers: [{type: Webhook, name: a}]',
      '3: authorizers[0].webhook: Required value: required when type=Webhook',
    ],
    ['authorizers:\n  - {type: RBAC, name: a, mode: x}', '4: unknown field "authorizers[0].mode"'],
  ])('%s is refused: %s', (text, error) => {
    expect(errorsOf(`${HEAD}${text}\n`)).toEqual([error])
  })

  test.each<[object, string]>([
    [{ timeout: '' }, 'timeout: Required value'],
    [{ timeout: '31s' }, 'timeout: Invalid value: "31s": must be > 0s and <= 30s'],
    [{ authorizedTTL: '-1s' }, 'authorizedTTL: Invalid value: "-1s": must be > 0s'],
    [
      { subjectAccessReviewVersion: 'v2' },
      'subjectAccessReviewVersion: Unsupported value: "v2": supported values: "v1", "v1beta1"',
    ],
    [{ failurePolicy: '' }, 'failurePolicy: Required value'],
    [
      { connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: 'here' } },
      'connectionInfo.kubeConfigFile: Invalid value: "here": must be an absolute path',
    ],
    [
      { connectionInfo: { type: 'InClusterConfig', kubeConfigFile: '/x' } },
      'connectionInfo.kubeConfigFile: Invalid value: "/x": can only be set when type=KubeConfigFile',
    ],
    [
      { matchConditions: [{ expression: 'true' }], matchConditionSubjectAccessReviewVersion: '' },
      'matchConditionSubjectAccessReviewVersion: Required value: required if match conditions are specified',
    ],
    [{ matchConditions: [{ expression: ' ' }] }, 'matchConditions[0].expression: Required value'],
    [
      { matchConditions: [{ expression: 'true' }, { expression: 'true' }] },
      'matchConditions[1].expression: Duplicate value: "true"',
    ],
  ])('with a webhook of %j is refused: %s', (changes, error) => {
    expect(errorsOfWebhook(changes)).toEqual([`3: authorizers[0].${error}`])
  })

  test('with a condition that is none is refused', () => {
    const [error] = errorsOfWebhook({ matchConditions: [{ expression: 'request.nobody' }] })
    expect(error).toMatch(/^3: authorizers\[0\]\.matchConditions\[0\]\.expression: Invalid value: /)
  })

  test('of another kind is refused', () => {
    expect(() => loadAuthorizationConfiguration('kind: Policy\n', 'a', () => undefined)).toThrow(
      AuthorizationSetupError,
    )
  })
})

describe('flags', () => {
  test.each([
    [{ mode: [] }, 'authorization-flags.none'],
    [{ mode: ['RBAC', 'Magic'] }, 'authorization-flags.unknown'],
    [{ mode: ['RBAC', 'RBAC'] }, 'authorization-flags.repeated'],
    [{ mode: ['ABAC'] }, 'authorization-flags.no-policy-file'],
    [{ mode: ['Webhook'] }, 'authorization-flags.no-webhook-file'],
    [{ mode: ['RBAC'], policyFile: 'a' }, 'authorization-flags.policy-file-alone'],
    [{ mode: ['RBAC'], webhookConfigFile: 'a' }, 'authorization-flags.webhook-file-alone'],
  ])('%j are refused', (flags, id) => {
    expect(() => configurationOfFlags(flags)).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ id }) }),
    )
  })

  test('make a chain in the order in which they name the modes', async () => {
    const configuration = configurationOfFlags({
      mode: ['Node', 'RBAC', 'ABAC', 'Webhook'],
      policyFile: 'policies',
      webhookConfigFile: '/hook',
    })
    const chain = await configuredChain(configuration, {
      objects: fixedObjects([]),
      abacPolicies: '{"user": "jane", "nonResourcePath": "*"}\n{"user": "jane"}',
      clientOf: async () => ({ request: () => Promise.reject(new Error('it was asked')) }),
    })
    expect(chain.authorizer.name).toBe('Node,RBAC,ABAC,default')
    const request = requestOf({ user: { name: 'jane', groups: [] }, verb: 'get', path: '/metrics' })
    expect(await chain.authorizer.authorize(request)).toMatchObject({ verdict: 'allow' })
    chain.close()
  })
})

test.each([
  ['3s', 3, '3s'],
  ['1h30m', 5400, '1h30m0s'],
  ['90s', 90, '1m30s'],
  ['500ms', 0.5, '500ms'],
  ['-2m', -120, '-2m0s'],
  ['0', 0, '0s'],
])('the duration %s', (text, seconds, printed) => {
  expect(parseGoDuration(text)).toBeCloseTo(seconds)
  expect(formatGoDuration(seconds)).toBe(printed)
})

test.each(['', '3', 's', '3 s', '3d', 'x'])('%j is no duration', (text) => {
  expect(parseGoDuration(text)).toBeUndefined()
})
