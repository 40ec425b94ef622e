import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Fields } from '../../../kubernetes/index.ts'
import { compilePolicy } from './compile.ts'
import { decodePolicy } from './decode.ts'
import { loadPolicy } from './load.ts'
import type { AuditedRequest } from './match.ts'
import type { Policy } from './policy.ts'
import { validatePolicy } from './validate.ts'

/** Kubernetes' own cases, of which none is left out. */
const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'audit')
const available = existsSync(folder)
if (!available) console.info(`skipped: no audit policy conformance cases in ${folder}`)

interface Decided {
  readonly attributes: Partial<AuditedRequest>
  readonly expectedLevel: string
  readonly expectedOmitStages: readonly string[]
  readonly expectedOmitManagedFields: boolean
}

describe.skipIf(!available)('decisions', () => {
  test.each(cases<Decided & { name: string; policy: Fields }>('evaluate.jsonl'))('$name', (item) => {
    expect(decided(decode(item.policy), item)).toEqual(expected(item))
  })

  const byFile = Map.groupBy(
    cases<Decided & { policyFile: string }>('policies_oracle.jsonl'),
    ({ policyFile }) => policyFile,
  )
  test.each([...byFile])('%s', (file, items) => {
    const loaded = loadPolicy(readFileSync(join(folder, file), 'utf8'))
    if ('errors' in loaded) throw new Error(loaded.errors[0].message)
    expect(items.length).toBeGreaterThan(500)
    for (const item of items)
      expect({ ...item, ...decided(loaded.policy, item) }).toEqual({ ...item, ...expected(item) })
  })
})

describe.skipIf(!available)('validation', () => {
  interface Case {
    readonly policy: Fields
    readonly expectedErrors: readonly { field: string; type: string; detail: string; message: string }[]
  }
  test.each(cases<Case>('validation.jsonl'))('$policy.rules', ({ policy, expectedErrors }) => {
    const errors = validatePolicy(decode(policy))
    expect(errors.map(({ field, type, detail, message }) => ({ field, type, detail, message }))).toEqual(
      expectedErrors,
    )
  })
})

describe.skipIf(!available)('loading', () => {
  interface Case {
    readonly policyText: string
    readonly error: string | null
    readonly expectedPolicy: Fields | null
  }
  test.each(cases<Case>('load.jsonl'))('$policyText', ({ policyText, error, expectedPolicy }) => {
    const loaded = loadPolicy(policyText)
    if (error !== null) expect('errors' in loaded && loaded.errors[0].message).toBe(error)
    else expect('policy' in loaded && loaded.policy).toEqual(decode(expectedPolicy ?? {}))
  })
})

function decode(value: Fields): Policy {
  const decoded = decodePolicy(value)
  if ('error' in decoded) throw new Error(decoded.error)
  return decoded.policy
}

function decided(policy: Policy, { attributes }: Decided) {
  const { level, omitStages, omitManagedFields } = compilePolicy(policy).decide(requestOf(attributes))
  return { level, omitStages: omitStages.toSorted(), omitManagedFields }
}

function expected({ expectedLevel, expectedOmitStages, expectedOmitManagedFields }: Decided) {
  return {
    level: expectedLevel,
    omitStages: expectedOmitStages.toSorted(),
    omitManagedFields: expectedOmitManagedFields,
  }
}

function requestOf(attributes: Partial<AuditedRequest>): AuditedRequest {
  return {
    verb: '',
    apiGroup: '',
    apiVersion: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    path: '',
    resourceRequest: false,
    ...attributes,
  }
}

function cases<Case>(file: string): Case[] {
  if (!available) return []
  const lines = readFileSync(join(folder, file), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Case)
}
