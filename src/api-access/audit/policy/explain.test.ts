import { describe, expect, test } from 'vitest'
import { createRenderer, LANGUAGES } from '../../../messages/index.ts'
import { auditExplanationMessages, explainDecision } from './explain.ts'
import { loadPolicy } from './load.ts'
import type { AuditedRequest } from './match.ts'

const REQUEST: AuditedRequest = {
  user: { name: 'jane', groups: ['dev', 'system:authenticated'] },
  verb: 'create',
  apiGroup: '',
  apiVersion: 'v1',
  resource: 'pods',
  subresource: 'exec',
  namespace: 'shop',
  name: 'web',
  path: '/api/v1/namespaces/shop/pods/web/exec',
  resourceRequest: true,
}

const RULES = `
- {level: None, users: [bob]}
- {level: None, userGroups: [ops]}
- {level: None, verbs: [get, list]}
- {level: None, namespaces: [default]}
- {level: None, resources: [{group: "", resources: [pods]}, {group: apps}]}
- {level: None, resources: [{group: "", resources: [pods/exec], resourceNames: [db]}]}
- {level: None, nonResourceURLs: [/api]}
- {level: RequestResponse, omitStages: [RequestReceived]}
- {level: Metadata}
`

describe('why a rule is passed over', () => {
  const { decision, passed, events } = explainDecision(policyOf(RULES), REQUEST)

  test('each rule before the one that decides, and no later one', () => {
    expect(decision.rule).toBe(7)
    expect(passed.map(({ rule, mismatch }) => [rule, mismatch])).toEqual([
      [0, 'users'],
      [1, 'userGroups'],
      [2, 'verbs'],
      [3, 'namespaces'],
      [4, 'resources'],
      [5, 'resources'],
      [6, 'resource-request'],
    ])
  })

  test('in words', () => {
    const render = createRenderer([auditExplanationMessages], 'en')
    expect(passed.map(({ message }) => render(message))).toEqual([
      'it is for the users "bob"; this one is "jane"',
      'it is for the groups "ops"; the user is in "dev", "system:authenticated"',
      'it is for the verbs get, list; this is "create"',
      'it is for the namespaces "default"; this is "shop"',
      'it is for pods, *.apps; this is pods/exec',
      'it is for the objects named "db"; this is "web"',
      'it is for non-resource paths; this request is for a resource',
    ])
  })

  test('a request without a user, and one for a path', () => {
    const { user, ...nobody } = REQUEST
    const path = { ...nobody, resourceRequest: false, path: '/version' }
    const said = [explainDecision(policyOf(RULES), nobody), explainDecision(policyOf(RULES), path)]
    expect(user?.name).toBe('jane')
    for (const language of LANGUAGES) {
      const render = createRenderer([auditExplanationMessages], language)
      const texts = said.flatMap((each) => each.passed.map(({ message }) => render(message)))
      for (const text of texts) expect(text).toMatch(language === 'ko' ? /[가-힣]/ : /^[^가-힣]+$/)
    }
    expect(said[1]?.passed.map(({ mismatch }) => mismatch)).toEqual([
      ...['users', 'userGroups', 'verbs', 'non-resource-request', 'non-resource-request'],
      ...['non-resource-request', 'nonResourceURLs'],
    ])
  })

  test('what asks for a connection has no bodies, and two events', () => {
    expect(events).toEqual([
      { stage: 'ResponseStarted', requestBody: false, responseBody: false },
      { stage: 'ResponseComplete', requestBody: false, responseBody: false },
    ])
  })
})

describe('what a request leaves in the log', () => {
  test.each([
    ['None', 'create', '', []],
    ['Metadata', 'create', '', ['RequestReceived', 'ResponseComplete']],
    ['Request', 'create', '', ['RequestReceived', 'ResponseComplete request']],
    ['Request', 'list', '', ['RequestReceived', 'ResponseComplete']],
    ['RequestResponse', 'list', '', ['RequestReceived', 'ResponseComplete response']],
    ['RequestResponse', 'update', 'status', ['RequestReceived', 'ResponseComplete request response']],
    ['RequestResponse', 'watch', '', ['RequestReceived', 'ResponseStarted', 'ResponseComplete']],
    ['RequestResponse', 'get', 'log', ['RequestReceived', 'ResponseStarted', 'ResponseComplete']],
  ])('%s: %s pods/%s', (level, verb, subresource, expected) => {
    const { events } = explainDecision(policyOf(`\n- level: ${level}\n`), { ...REQUEST, verb, subresource })
    expect(
      events.map(({ stage, requestBody, responseBody }) =>
        [stage, requestBody && 'request', responseBody && 'response'].filter(Boolean).join(' '),
      ),
    ).toEqual(expected)
  })

  test.each([
    ['/metrics', false],
    ['/apis/apps', true],
    ['/apiserver', false],
  ])('a request for %s keeps the level; with a body: %s', (path, responseBody) => {
    const request = { ...REQUEST, verb: 'get', resource: '', subresource: '', path, resourceRequest: false }
    const { decision, events } = explainDecision(policyOf('\n- level: RequestResponse\n'), request)
    expect(decision.level).toBe('RequestResponse')
    expect(events.at(-1)).toEqual({ stage: 'ResponseComplete', requestBody: false, responseBody })
  })
})

function policyOf(rules: string) {
  const loaded = loadPolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:${rules}`)
  if ('errors' in loaded) throw new Error(loaded.errors[0].message)
  return loaded.policy
}
