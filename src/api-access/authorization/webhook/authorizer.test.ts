import { expect, test } from 'vitest'
import { type ClusterAnswer, ClusterError, type ClusterRequest } from '../../../kubernetes/index.ts'
import { createRenderer } from '../../../messages/index.ts'
import { compileConditions } from '../chain/conditions.ts'
import { requestOf } from '../conformance.fixture.ts'
import { createWebhookAuthorizer, type WebhookOptions } from './authorizer.ts'
import { webhookMessages } from './messages.ts'

const render = createRenderer([webhookMessages], 'en')

const request = requestOf({
  user: { name: 'jane', groups: ['dev'] },
  verb: 'get',
  resource: 'pods',
  apiVersion: 'v1',
  namespace: 'shop',
  resourceRequest: true,
})

function reviewed(status: object): ClusterAnswer {
  return { status: 201, headers: {}, body: { kind: 'SubjectAccessReview', status } }
}

function webhook(answers: readonly (ClusterAnswer | Error)[], options: Partial<WebhookOptions> = {}) {
  const sent: ClusterRequest[] = []
  let time = 0
  const authorizer = createWebhookAuthorizer({
    name: 'hook',
    version: 'v1',
    authorizedSeconds: 300,
    unauthorizedSeconds: 30,
    timeoutSeconds: 3,
    failurePolicy: 'NoOpinion',
    pause: async () => undefined,
    now: () => time,
    ...options,
    client: {
      async request(question) {
        const answer = answers[Math.min(sent.push(question), answers.length) - 1]
        if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer')
        return answer
      },
    },
  })
  return {
    sent,
    pass: (seconds: number) => {
      time += seconds * 1000
    },
    async decide(attributes = request): Promise<string> {
      const { verdict, reason } = await authorizer.authorize(attributes)
      return `${verdict}: ${render(reason)}`
    },
  }
}

test.each([
  [{ allowed: true, reason: 'on call' }, 'allow: on call'],
  [{ allowed: false, reason: 'not known' }, 'no-opinion: not known'],
  [{ allowed: false, denied: true, reason: 'left the company' }, 'deny: left the company'],
  // Its own words stay, also where they are the system's.
  [{ allowed: false, denied: true, reason: 'EPERM' }, 'deny: EPERM'],
  [{ allowed: true, denied: true }, 'deny: '],
])('%j is %s', async (status, expected) => {
  expect(await webhook([reviewed(status)]).decide()).toBe(expected)
})

test.each([
  ['v1', { groups: ['dev'] }],
  ['v1beta1', { group: ['dev'] }],
] as const)('what is sent in %s', async (version, groups) => {
  const { sent, decide } = webhook([reviewed({ allowed: true })], { version })
  await decide()
  expect(sent[0]).toMatchObject({ method: 'POST', path: '', timeoutSeconds: 3 })
  expect(sent[0]?.body).toEqual({
    apiVersion: `authorization.k8s.io/${version}`,
    kind: 'SubjectAccessReview',
    spec: {
      user: 'jane',
      ...groups,
      resourceAttributes: { namespace: 'shop', verb: 'get', version: 'v1', resource: 'pods' },
    },
  })
})

test('what was allowed and what was not are remembered, each for its time', async () => {
  const allowed = webhook([reviewed({ allowed: true })])
  const refused = webhook([reviewed({ allowed: false })])
  for (const each of [allowed, refused]) {
    await each.decide()
    each.pass(29)
    await each.decide()
    each.pass(2)
    await each.decide()
  }
  expect(allowed.sent).toHaveLength(1)
  expect(refused.sent).toHaveLength(2)
  allowed.pass(300)
  await allowed.decide()
  expect(allowed.sent).toHaveLength(2)
})

test('questions about the same that come together are one', async () => {
  const { sent, decide } = webhook([reviewed({ allowed: true })])
  expect(await Promise.all([decide(), decide(), decide()])).toEqual(['allow: ', 'allow: ', 'allow: '])
  expect(sent).toHaveLength(1)
})

test('what is too large to be remembered is asked each time', async () => {
  const { sent, decide } = webhook([reviewed({ allowed: true })])
  const large = { ...request, name: 'x'.repeat(10_000) }
  await decide(large)
  await decide(large)
  expect(sent).toHaveLength(2)
})

const unreachable = new ClusterError(
  'ERR_CLUSTER_UNREACHABLE',
  webhookMessages.make.unavailable({ webhook: 'x', reason: 'y' }),
  false,
)

test('it is tried five times, and what failed is not remembered', async () => {
  const { sent, decide } = webhook([unreachable])
  expect(await decide()).toBe(
    'no-opinion: the authorization webhook hook could not be asked: ERR_CLUSTER_UNREACHABLE',
  )
  expect(sent).toHaveLength(5)
  await decide()
  expect(sent).toHaveLength(10)
})

test('a server that is better later is heard', async () => {
  const { decide } = webhook([{ status: 503, headers: {}, body: '' }, reviewed({ allowed: true })])
  expect(await decide()).toBe('allow: ')
})

test.each([
  ['NoOpinion', 'no-opinion'],
  ['Deny', 'deny'],
] as const)('failure policy %s', async (failurePolicy, verdict) => {
  for (const answer of [
    { status: 404, headers: {}, body: undefined },
    { status: 200, headers: {}, body: { kind: 'Pod' } },
  ])
    expect(await webhook([answer], { failurePolicy }).decide()).toMatch(new RegExp(`^${verdict}: the auth`))
})

test('only requests that meet the conditions are sent', async () => {
  const conditions = (...expressions: string[]) => {
    const { conditions: compiled } = compileConditions(expressions, [])
    if (compiled === undefined) throw new Error('they do not compile')
    return { matchConditions: compiled }
  }
  const asksUnder = async (failurePolicy: 'Deny' | 'NoOpinion', ...expressions: string[]) => {
    const options = { failurePolicy, ...conditions(...expressions) }
    const { sent, decide } = webhook([reviewed({ allowed: true })], options)
    return [await decide(), sent.length]
  }
  const asks = (...expressions: string[]) => asksUnder('NoOpinion', ...expressions)
  const meets = "has(request.resourceAttributes) && request.resourceAttributes.namespace == 'shop'"
  expect(await asks(meets, "'dev' in request.groups")).toEqual(['allow: ', 1])
  expect(await asks(meets, "request.user == 'root'")).toEqual(['no-opinion: ', 0])
  const errs = "request.extra['scopes'][0] == 'x'"
  for (const [policy, verdict] of [
    ['NoOpinion', 'no-opinion'],
    ['Deny', 'deny'],
  ] as const) {
    const [error, sent] = await asksUnder(policy, errs)
    expect(error).toMatch(new RegExp(`^${verdict}: matchConditions of the authorization webhook hook`))
    expect(sent).toBe(0)
    // "If at least one matchCondition evaluates to FALSE, then the webhook is skipped", whatever others are.
    expect(await asksUnder(policy, errs, 'false')).toEqual(['no-opinion: ', 0])
  }
})

test('an observer is told of each try, of conditions, and of what is let go for want of an answer', async () => {
  const told: unknown[] = []
  const observer: WebhookOptions['observer'] = {
    conditions: (name, { hasErred, isExcluded }) => told.push([name, { hasErred, isExcluded }]),
    called: (name, result) => told.push([name, result]),
    failedOpen: (name, result) => told.push([name, 'open', result]),
  }
  const of = async (answers: Parameters<typeof webhook>[0], options: Partial<WebhookOptions> = {}) => {
    told.length = 0
    await webhook(answers, { observer, ...options }).decide()
    return [...told]
  }
  const timeout = new ClusterError('ERR_CLUSTER_TIMEOUT', { id: 'test.none', data: {} }, false)
  const status = (code: number): ClusterAnswer => ({ status: code, headers: {}, body: undefined })
  expect(await of([timeout, status(500), reviewed({ allowed: true })])).toEqual([
    ['hook', 'timeout'],
    ['hook', 'error'],
    ['hook', 'success'],
  ])
  expect(await of([status(404)])).toEqual([
    ['hook', 'error'],
    ['hook', 'open', 'error'],
  ])
  expect(await of([status(404)], { failurePolicy: 'Deny' })).toEqual([['hook', 'error']])
  const { conditions } = compileConditions(["request.extra['a'][0] == 'x'", "request.user == 'root'"], [])
  if (conditions === undefined) throw new Error('they do not compile')
  expect(await of([], { matchConditions: conditions })).toEqual([
    ['hook', { hasErred: true, isExcluded: true }],
  ])
})
