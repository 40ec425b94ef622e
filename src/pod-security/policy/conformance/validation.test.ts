import { describe, expect, test } from 'vitest'
import { decodePolicy } from '../decode-policy.ts'
import { validatePodSecurityPolicy } from '../validation/validate-policy.ts'
import { readCases } from './cases.ts'

interface ValidationCase {
  readonly validator: string
  readonly object: unknown
  readonly expectedValid: boolean
  readonly expectedErrors: readonly {
    readonly field: string
    readonly type: string
    readonly detail: string
    readonly message: string
  }[]
}

const cases = readCases<ValidationCase>('psp_validation.jsonl')
describe.skipIf(cases === undefined)('psp_validation.jsonl: policies as upstream validates them', () => {
  test.each(cases ?? [])('$validator $expectedErrors', ({ validator, object, ...expected }) => {
    expect(validator).toBe('ValidatePodSecurityPolicy')
    const { policy, mistyped } = decodePolicy(object)
    expect(mistyped).toEqual([])
    const errors = validatePodSecurityPolicy(policy)
    const told = errors.map(({ field, type, detail, message }) => ({ field, type, detail, message }))
    expect(told).toEqual(expected.expectedErrors)
    expect(errors.length === 0).toBe(expected.expectedValid)
  })
})
