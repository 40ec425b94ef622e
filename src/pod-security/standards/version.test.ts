import { describe, expect, test } from 'vitest'
import {
  formatLevelVersion,
  formatPolicyVersion,
  isLevel,
  parseLevelVersion,
  parsePolicyVersion,
} from './version.ts'

describe('versions', () => {
  test.each([
    ['latest', 'latest'],
    ['v1.0', 0],
    ['v1.25', 25],
    ['v1.999', 999],
  ] as const)('%s', (text, version) => {
    expect(parsePolicyVersion(text)).toBe(version)
    expect(formatPolicyVersion(version)).toBe(text)
  })

  test.each([
    ['a leading zero', 'v1.01'],
    ['no v', '1.25'],
    ['a capital letter', 'Latest'],
    ['a patch version', 'v1.25.3'],
    ['another major version', 'v2.0'],
    ['spaces', ' v1.25'],
    ['a line break', 'v1.25\n'],
    ['nothing', ''],
    ['more than 64 bits', 'v1.9223372036854775808'],
  ])('%s is no version', (_, text) => {
    expect(parsePolicyVersion(text)).toBeUndefined()
  })
})

describe('levels', () => {
  test('are three, in small letters', () => {
    expect(['privileged', 'baseline', 'restricted', 'Restricted', ''].map(isLevel)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  test.each([
    ['restricted:latest', { level: 'restricted', version: 'latest' }],
    ['baseline:v1.22', { level: 'baseline', version: 22 }],
  ] as const)('%s', (text, policy) => {
    expect(parseLevelVersion(text)).toEqual(policy)
    expect(formatLevelVersion(policy)).toBe(text)
  })

  test.each(['restricted', 'restricted:', ':latest', 'strict:latest', 'baseline:1.22'])(
    '%s is none',
    (text) => {
      expect(parseLevelVersion(text)).toBeUndefined()
    },
  )
})
