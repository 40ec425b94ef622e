import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  auditEvents,
  compileFilters,
  loadRules,
  type SyscallEvent,
  syscallEvents,
} from '../../src/runtime/rules/index.ts'

const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'falco')
const available = existsSync(folder)
if (!available) console.warn(`skipped: no conformance data at ${folder} (set HAETAE_CONFORMANCE)`)

interface OracleCase {
  readonly name: string
  readonly source: 'syscall' | 'k8s_audit'
  readonly rules: string
  readonly events: string
  readonly matches: Readonly<Record<string, readonly number[]>>
  readonly neverMatch: readonly string[]
}

/** Every macro of Falco's own rules over recorded events, as the real engine evaluated it. */
describe.skipIf(!available)('macros of the official rules', () => {
  const lines = available ? readFileSync(join(folder, 'macros_oracle.jsonl'), 'utf8').trim().split('\n') : []
  const cases = lines.map((line) => JSON.parse(line) as OracleCase)

  test.each(cases.map((entry) => [entry.name, entry] as const))('%s', (_name, entry) => {
    const { rules } = loadRules([
      { name: entry.rules, text: readFileSync(join(folder, entry.rules), 'utf8') },
    ])
    const events = readFileSync(join(folder, entry.events), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const conditions = rules.rules.map(({ condition }) => condition)
    const matches =
      entry.source === 'syscall'
        ? matchesOf(
            compileFilters(conditions, syscallEvents),
            events as SyscallEvent[],
            (event) => event.num ?? 0,
          )
        : matchesOf(
            compileFilters(conditions, auditEvents),
            events.map((event: unknown, index) => ({ event, num: index })),
            ({ num }) => num ?? 0,
          )
    const found = Object.fromEntries(
      rules.rules.map(({ name }, index) => [name.replace(/^macro /, ''), matches[index] ?? []]),
    )
    const expected = { ...entry.matches, ...Object.fromEntries(entry.neverMatch.map((name) => [name, []])) }
    expect(found).toEqual(expected)
  })
})

function matchesOf<E>(
  set: ReturnType<typeof compileFilters<E>>,
  events: readonly E[],
  key: (event: E) => number,
): readonly (readonly number[])[] {
  const matches: number[][] = set.results.map(() => [])
  for (const event of events) {
    set.begin()
    set.results.forEach((result, index) => {
      if (result.ok && result.filter.test(event)) matches[index]?.push(key(event))
    })
  }
  return matches
}
