import { describe, expect, test } from 'vitest'
import { createRenderer, defineMessages } from '../../../messages/index.ts'
import type { Decision } from '../../request/index.ts'
import type { Authorizer } from '../authorizer.ts'
import { requestOf } from '../conformance.fixture.ts'
import { alwaysAllow, alwaysDeny } from './always.ts'
import { authorizationMessages, createAuthorizerChain } from './chain.ts'

const own = defineMessages('own', {
  said: { en: (d: { text: string }) => d.text, ko: (d: { text: string }) => d.text },
})
const render = createRenderer([...authorizationMessages, own], 'en')

function saying(verdict: Decision['verdict'], text = ''): Authorizer {
  return { name: verdict, authorize: () => ({ verdict, reason: own.make.said({ text }) }) }
}

function later(authorizer: Authorizer): Authorizer {
  return { ...authorizer, authorize: async (attributes) => authorizer.authorize(attributes) }
}

const throwing: Authorizer = {
  name: 'Broken',
  authorize() {
    throw new Error('no connection')
  },
}
const unasked: Authorizer = {
  name: 'Unasked',
  authorize() {
    throw new Error('it was asked')
  },
}
const jane = requestOf({ user: { name: 'jane', groups: ['dev'] }, verb: 'get', path: '/metrics' })

async function decide(...authorizers: readonly Authorizer[]): Promise<readonly [string, string]> {
  const { verdict, reason } = await createAuthorizerChain(authorizers, [own]).authorize(jane)
  return [verdict, render(reason)]
}

describe.each([
  ['at once', (authorizer: Authorizer) => authorizer],
  ['later', later],
])('authorizers that answer %s', (_, as) => {
  const none = as(saying('no-opinion', 'nothing known'))
  test('any allow passes, and no one after it is asked', async () => {
    expect(await decide(none, as(saying('allow', 'yes')), unasked)).toEqual(['allow', 'yes'])
  })
  test('a deny stops', async () => {
    expect(await decide(none, as(saying('deny', 'no')), unasked)).toEqual(['deny', 'no'])
  })
  test('all without opinion: the reasons of all', async () => {
    expect(await decide(none, as(saying('no-opinion')), as(alwaysDeny))).toEqual([
      'no-opinion',
      'nothing known\nEverything is forbidden.',
    ])
  })
  test('one that fails has no opinion', async () => {
    const told = 'the authorizer Broken failed: no connection'
    expect(await decide(as(throwing))).toEqual(['no-opinion', told])
    expect(await decide(as(throwing), as(alwaysAllow))).toEqual(['allow', ''])
  })
})

test('a decision names who made it', async () => {
  const by = async (...authorizers: readonly Authorizer[]) =>
    (await createAuthorizerChain(authorizers, [own]).authorize(jane)).by
  expect(await by(saying('no-opinion'), alwaysAllow)).toBe('AlwaysAllow')
  expect(await by(later(saying('deny')))).toBe('deny')
  expect(await by(saying('no-opinion'))).toBeUndefined()
})

test('nobody is asked: nobody passes', async () => {
  expect(await decide()).toEqual(['no-opinion', ''])
})

test('system:masters passes before any is asked', async () => {
  const user = { name: 'root', groups: ['system:masters'] }
  const chain = createAuthorizerChain([saying('deny', 'no'), unasked])
  expect(await chain.authorize({ ...jane, user })).toMatchObject({ verdict: 'allow', by: 'system:masters' })
})

test('the rules of all together, incomplete where one cannot tell', async () => {
  const rules = await createAuthorizerChain([alwaysAllow, saying('allow')]).rulesFor?.(jane.user, 'shop')
  expect(rules).toEqual({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: true,
    evaluationError: 'allow does not support user rule resolution',
  })
})
