import { describe, expect, test } from 'vitest'
import { AuthenticationError } from './authentication-error.ts'
import { NOTHING, withToken } from './authenticator.fixture.ts'
import type { Authenticator, Presented } from './authenticator.ts'
import { authenticationChain, type ChainOptions } from './chain.ts'
import { authenticationMessages } from './messages.ts'

const tried: string[] = []

function authenticator(
  name: string,
  outcome: 'knows' | 'does not know' | 'refuses' | 'fails',
  groups = ['g'],
): Authenticator {
  return {
    name,
    async authenticate() {
      tried.push(name)
      if (outcome === 'fails') throw new TypeError('a secret')
      if (outcome === 'refuses')
        throw new AuthenticationError('ERR_TEST', authenticationMessages.make['token-unknown']({}))
      return outcome === 'knows' ? { user: { name: `of ${name}`, groups }, authenticator: name } : undefined
    },
  }
}

async function ask(
  authenticators: Authenticator[],
  presented: Presented = NOTHING,
  options: ChainOptions = {},
  path = '/api',
) {
  tried.length = 0
  const outcome = await authenticationChain(authenticators, options).authenticate(presented, path)
  const user = outcome.kind === 'authenticated' ? outcome.by.user : undefined
  return { user, problems: outcome.problems.map(({ authenticator: name, code }) => `${name} ${code}`) }
}

describe('authenticationChain', () => {
  test('the first to know ends it', async () => {
    const { user, problems } = await ask([
      authenticator('a', 'does not know'),
      authenticator('b', 'knows'),
      authenticator('c', 'knows'),
    ])
    expect([user, problems, tried]).toEqual([
      { name: 'of b', groups: ['g', 'system:authenticated'] },
      [],
      ['a', 'b'],
    ])
  })

  test('one that refuses or fails does not stop the next', async () => {
    const { user, problems } = await ask([
      authenticator('a', 'refuses'),
      authenticator('b', 'fails'),
      authenticator('c', 'knows'),
    ])
    expect([user?.name, problems]).toEqual(['of c', ['a ERR_TEST', 'b ERR_AUTHENTICATOR']])
  })

  test.each([
    [['system:authenticated'], ['system:authenticated']],
    [['system:unauthenticated'], ['system:unauthenticated']],
  ])('%s stays', async (given, expected) => {
    expect((await ask([authenticator('a', 'knows', given)])).user?.groups).toEqual(expected)
  })

  const anonymous = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
  test.each<[string, ChainOptions, string, unknown]>([
    ['nobody by default', {}, '/livez', undefined],
    ['anybody', { anonymous: () => true }, '/api', anonymous],
    ['to a path', { anonymous: () => ({ paths: ['/livez'] }) }, '/livez', anonymous],
    ['not to another', { anonymous: () => ({ paths: ['/livez'] }) }, '/livez/ping', undefined],
  ])('without credentials: %s', async (_, options, path, expected) => {
    expect((await ask([authenticator('a', 'does not know')], NOTHING, options, path)).user).toEqual(expected)
  })

  test('who may come without credentials may change while the gate is open', async () => {
    let isOpen = true
    const chain = authenticationChain([], { anonymous: () => isOpen })
    expect((await chain.authenticate(NOTHING, '/api')).kind).toBe('authenticated')
    isOpen = false
    expect((await chain.authenticate(NOTHING, '/api')).kind).toBe('unauthenticated')
  })

  test.each<[string, Authenticator[], Presented, string]>([
    ['refused', [authenticator('a', 'refuses')], NOTHING, 'a ERR_TEST'],
    [
      'unknown token',
      [authenticator('a', 'does not know')],
      withToken('x'),
      'bearer-token ERR_TOKEN_UNKNOWN',
    ],
    ['huge token', [], withToken('x'.repeat(20_000)), 'bearer-token ERR_TOKEN_SIZE'],
    [
      'two headers',
      [],
      { ...NOTHING, headers: { authorization: ['Bearer a', 'Bearer b'] } },
      'bearer-token ERR_SEVERAL_CREDENTIALS',
    ],
  ])('a credential that is not good is not none: %s', async (_, authenticators, presented, problem) => {
    const { user, problems } = await ask(authenticators, presented, { anonymous: () => true })
    expect([user, problems]).toEqual([undefined, [problem]])
  })
})
