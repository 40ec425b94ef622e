import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RequestAttributes, User } from '../../request/index.ts'
import { impersonationHeaders, isIdentityHeader } from '../identity-headers.ts'
import { impersonate } from './impersonate.ts'
import { impersonationMessages } from './messages.ts'

const ADMIN: User = { name: 'admin', groups: [] }
const reason = impersonationMessages.make.failed({ error: 'no' })

/** What was asked, as `verb group/version resource/subresource namespace/name`. */
async function ask(
  headers: Record<string, string | string[]>,
  allows: (asked: string) => boolean = () => true,
) {
  const asked: string[] = []
  const outcome = await impersonate(ADMIN, headers, (attributes: RequestAttributes) => {
    const { verb, apiGroup, apiVersion, resource, subresource, namespace, name, user } = attributes
    const text = `${verb} ${apiGroup}/${apiVersion} ${resource}/${subresource} ${namespace}/${name}`
    expect(user).toBe(ADMIN)
    asked.push(text)
    return { verdict: allows(text) ? 'allow' : 'no-opinion', reason }
  })
  return { outcome, asked }
}

describe('impersonate', () => {
  test('none without headers', async () => {
    expect(await ask({ 'x-other': 'a', 'impersonate-user': '' })).toEqual({
      outcome: { kind: 'none' },
      asked: [],
    })
  })

  test('a user with all there is', async () => {
    const { outcome, asked } = await ask({
      'impersonate-user': 'jane',
      'impersonate-uid': '7',
      'impersonate-group': ['shop', 'ops'],
      'impersonate-extra-scopes': ['a', 'b'],
      'impersonate-extra-example.com%2fteam': 'red',
    })
    const extra = { scopes: ['a', 'b'], 'example.com/team': ['red'] }
    const user = { name: 'jane', uid: '7', groups: ['shop', 'ops', 'system:authenticated'], extra }
    expect(outcome).toEqual({ kind: 'as', user })
    expect(asked).toEqual([
      'impersonate / users/ /jane',
      'impersonate / groups/ /shop',
      'impersonate / groups/ /ops',
      'impersonate authentication.k8s.io/v1 userextras/scopes /a',
      'impersonate authentication.k8s.io/v1 userextras/scopes /b',
      'impersonate authentication.k8s.io/v1 userextras/example.com/team /red',
      'impersonate authentication.k8s.io/v1 uids/ /7',
    ])
  })

  test.each([
    [
      'a service account has its own groups',
      { 'impersonate-user': 'system:serviceaccount:web:robot' },
      ['system:serviceaccounts', 'system:serviceaccounts:web', 'system:authenticated'],
      'impersonate / serviceaccounts/ web/robot',
    ],
    [
      'unless others are asked for',
      { 'impersonate-user': 'system:serviceaccount:web:robot', 'impersonate-group': 'g' },
      ['g', 'system:authenticated'],
      'impersonate / serviceaccounts/ web/robot',
    ],
    [
      'a name that is nearly one',
      { 'impersonate-user': 'system:serviceaccount:web:a:b' },
      ['system:authenticated'],
      'impersonate / users/ /system:serviceaccount:web:a:b',
    ],
    [
      'anonymous',
      { 'impersonate-user': 'system:anonymous' },
      ['system:unauthenticated'],
      'impersonate / users/ /system:anonymous',
    ],
    [
      'unauthenticated',
      { 'impersonate-user': 'x', 'impersonate-group': 'system:unauthenticated' },
      ['system:unauthenticated'],
      'impersonate / users/ /x',
    ],
  ])('%s', async (_, headers, groups, first) => {
    const { outcome, asked } = await ask(headers)
    expect(outcome).toMatchObject({ kind: 'as', user: { groups } })
    expect(asked[0]).toBe(first)
  })

  test('the first thing that is not allowed ends it, and is told', async () => {
    const headers = { 'impersonate-user': 'jane', 'impersonate-group': ['system:masters', 'shop'] }
    const { outcome, asked } = await ask(headers, (text) => !text.includes('masters'))
    expect(outcome).toMatchObject({
      kind: 'refused',
      status: 403,
      reason,
      attributes: { resource: 'groups', name: 'system:masters' },
    })
    expect(asked).toHaveLength(2)
  })

  test('an authorizer that fails refuses', async () => {
    const outcome = await impersonate(ADMIN, { 'impersonate-user': 'jane' }, () => {
      throw new TypeError('a secret')
    })
    expect(outcome).toMatchObject({ kind: 'refused', reason: { data: { error: 'TypeError' } } })
  })

  test.each([
    { 'impersonate-group': 'g' },
    { 'impersonate-uid': '7' },
    { 'impersonate-extra-a': 'b' },
    { 'impersonate-user': ['a', 'b'] },
    { 'impersonate-user': 'a', 'impersonate-uid': ['1', '2'] },
  ])('headers that make no sense: %j', async (headers) => {
    expect(await ask(headers)).toMatchObject({ outcome: { kind: 'malformed', status: 400 }, asked: [] })
  })

  test('what is sent for a user comes back as that user', async () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme-ascii' })
    const key = fc.string({ minLength: 1 }).map((word) => word.toLowerCase().toWellFormed())
    const user = fc.record({
      name: text.map((word) => `user ${word}`),
      groups: fc.array(text, { minLength: 1 }).map((groups) => [...groups, 'system:authenticated']),
      extra: fc.dictionary(key, fc.array(text, { minLength: 1 }), { minKeys: 1 }),
    })
    await fc.assert(
      fc.asyncProperty(user, async (given) => {
        const headers: Record<string, string[]> = Object.create(null)
        for (const [name, value] of impersonationHeaders(given)) {
          expect(name).toMatch(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/)
          const lower = name.toLowerCase()
          headers[lower] = [...(headers[lower] ?? []), value]
        }
        expect((await ask(headers)).outcome).toEqual({ kind: 'as', user: given })
      }),
    )
  })
})

test.each([
  ['Authorization', true],
  ['Impersonate-User', true],
  ['impersonate-anything', true],
  ['Impersonate_User', true],
  ['X-Remote-User', true],
  ['X-Remote-Extra-Scopes', true],
  ['X-My-User', true],
  ['X-My-Extra-a', true],
  ['X-My', false],
  ['Accept', false],
])('%s says who its sender is: %s', (name, expected) => {
  expect(isIdentityHeader(name, ['x-my-user', 'x-my-extra-'])).toBe(expected)
})
