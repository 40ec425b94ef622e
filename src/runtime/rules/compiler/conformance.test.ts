import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeBytes } from '../../texts/index.ts'
import { formatSyntaxError, parseFilter } from '../parser/index.ts'
import type { RawScalar, RawValue } from './event-source.ts'
import { compileFilter } from './filter-set.ts'
import { givenFields } from './sources/given-fields.ts'

const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco')
const available = existsSync(folder)
if (!available) console.warn(`skipped: no conformance data at ${folder} (set HAETAE_CONFORMANCE)`)

type Recorded = string | null | { readonly hex: string } | readonly Recorded[]

interface EvalCase {
  readonly name: string
  readonly kind: 'eval' | 'compile'
  readonly filter: string
  readonly expected: boolean | { readonly compileError: string }
  readonly fields?: Readonly<
    Record<string, { readonly list: boolean; readonly string: Recorded; readonly json?: Recorded }>
  >
}

/** Cases whose recorded fields do not say what the event really was; nothing can tell their outcome from them. */
const SKIPPED: readonly { readonly matches: (entry: EvalCase) => boolean; readonly reason: string }[] = [
  {
    matches: ({ filter, fields }) => filter.includes('sample.') && Object.keys(fields ?? {}).length === 0,
    reason: 'a field of a plugin made for that one test: no catalogue has it, and its type was not recorded',
  },
]

/** Fields whose bytes were recorded in Base64, as Falco writes them into JSON, but are compared as they are. */
const IN_BASE64: ReadonlySet<string> = new Set(['evt.arg.data'])

/**
 * What the event of a case really had, where the recording is not the same: the arguments of these system calls are
 * empty, as the tests' name says, but were recorded as 0, like an argument that is 0.
 */
function givenOf({ name: test, fields = {} }: EvalCase): Readonly<Record<string, RawValue>> {
  const isEmpty = (name: string, value: Recorded) =>
    test.includes('execve_empty_params') && name.startsWith('evt.rawarg.') && value === '0'
  return Object.fromEntries(
    Object.entries(fields).map(([name, { list, string, json }]) => {
      if (isEmpty(name, string)) return [name, null]
      if (IN_BASE64.has(name) && typeof string === 'string')
        return [name, Buffer.from(string, 'base64').toString('latin1')]
      return [name, recordedValue(list && Array.isArray(json) ? json : string)]
    }),
  )
}

function evaluate(expression: string, fields: Readonly<Record<string, RawValue>>) {
  const parsed = parseFilter(expression)
  if (!parsed.ok) return { compileError: formatSyntaxError(parsed.error) }
  const compiled = compileFilter(parsed.ast, givenFields('syscall', fields))
  return compiled.ok ? compiled.filter.test({ fields }) : { compileError: compiled.error.message }
}

function recordedValue(value: Recorded): RawValue {
  if (typeof value === 'string' || value === null) return value
  if ('hex' in value) return decodeBytes(Buffer.from(value.hex, 'hex'))
  return value.map(recordedValue).filter((element): element is RawScalar => typeof element === 'string')
}

function readCases<T>(file: string): readonly T[] {
  if (!available) return []
  const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as T)
}

describe.skipIf(!available)("Falco's own cases", () => {
  const cases = readCases<EvalCase>('filter_eval.jsonl')
  const kept = cases.filter((entry) => !SKIPPED.some(({ matches }) => matches(entry)))

  test.each(kept.map((entry) => [entry.filter, entry] as const))('%s', (filter, entry) => {
    const { kind, expected } = entry
    const outcome = evaluate(filter, givenOf(entry))
    if (kind === 'compile' && typeof expected === 'boolean')
      expect(outcome).not.toHaveProperty('compileError')
    else expect(outcome).toEqual(expected)
  })

  test('one case is skipped', () => {
    expect(cases.length - kept.length).toBe(1)
  })

  const BOOLEANS = { 'c.true': '1', 'c.false': '0' }
  const QUOTES = { 'c.singlequote': "hello 'quoted'", 'c.doublequote': 'hello "quoted"' }

  test.each(
    readCases<{ filter: string; expected: boolean }>('filter_compiler_mock.jsonl').map(
      (entry) => [entry.filter, entry.expected] as const,
    ),
  )('%s', (filter, expected) => {
    expect(evaluate(filter, { ...BOOLEANS, ...QUOTES })).toBe(expected)
  })
})
