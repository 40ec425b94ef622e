import { describe, expect, test } from 'vitest'
import { createRenderer, LANGUAGES } from '../../../messages/index.ts'
import { loadAbacPolicies } from './load.ts'
import { abacMessages } from './messages.ts'

const render = createRenderer([abacMessages], 'en')

describe('a line that is no policy', () => {
  test.each([
    ['{"user": "a"}\n\n# a comment\n{"user": }', 4, /^line 4 is not a policy: /],
    ['{user: a}', 1, /^line 1 is not a policy: /],
    ['["user"]', 1, /^line 1 is not a policy: each line is an object/],
    ['{"user": ["a"]}', 1, /^line 1: user has to be a string$/],
    ['{"readonly": "true"}', 1, /^line 1: readonly has to be a bool$/],
    [
      '{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"group": 1}}',
      1,
      /^line 1: spec.group has to be a string$/,
    ],
    ['{"apiVersion": "abac.authorization.kubernetes.io/v9", "kind": "Policy"}', 1, /not "Policy" of "abac/],
    ['{"kind": "Role"}', 1, /not "Role" of ""$/],
    [`{"user": "a"}\n{"user": "${'a'.repeat(70_000)}"}`, 2, /^line 2 is longer than 65536 bytes$/],
  ])('%#', (text, line, message) => {
    const loaded = loadAbacPolicies(text)
    if (!('error' in loaded)) throw new Error('it was read')
    expect(loaded.error.line).toBe(line)
    expect(render(loaded.error.message)).toMatch(message)
  })
})

test.each(['{"user": }', '{user: a}', '{"user": "a"', 'user: [a'])(
  'what is wrong with %j is told in Korean, and in words of ours',
  (text) => {
    const loaded = loadAbacPolicies(text)
    if (!('error' in loaded)) throw new Error('it was read')
    const [english, korean] = LANGUAGES.map((language) =>
      createRenderer([abacMessages], language)(loaded.error.message),
    )
    // What V8 says quotes the line and is English alone.
    expect(english).not.toMatch(/Unexpected|Expected|position \d/)
    expect(korean).toMatch(/^1번째 줄은 정책이 아닙니다: .*[가-힣]/)
  },
)

test('a line in YAML is read as one in JSON', () => {
  expect(loadAbacPolicies('user: alice')).toEqual(loadAbacPolicies('{"user": "alice"}'))
})
