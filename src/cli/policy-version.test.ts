import { describe, expect, test } from 'vitest'
import { UsageError } from './exit.ts'
import { policyVersionOf } from './policy-version.ts'

describe('--version', () => {
  test.each([
    ['latest', 'latest'],
    ['v1.30', 30],
    ['1.30', 30],
    ['1.0', 0],
  ])('%s is taken', (text, version) => expect(policyVersionOf(text)).toBe(version))

  test.each(['', 'V1.30', 'vv1.30', '1', '1.30.2', 'v1.30.2', '2.0', '30', 'newest', '1.030'])(
    '%j is refused',
    (text) => expect(() => policyVersionOf(text)).toThrow(UsageError),
  )
})
