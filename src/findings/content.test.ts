import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFindingContents } from './content.ts'
import type { Finding, PatchOperation } from './finding.ts'

const text = fc.constantFrom('', 'a', 'b', 'app', '\0json[]', 'spec')
const value = fc.oneof(
  text,
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.array(text, { maxLength: 2 }),
  fc.record({ a: text }),
)
const path = fc.array(fc.oneof(text, fc.integer({ min: 0, max: 2 })), { maxLength: 3 })
const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
  fc.record({ op: fc.constantFrom('add' as const, 'replace' as const), path, value }),
  fc.record({ op: fc.constant('remove' as const), path }),
  fc.record({ op: fc.constant('move' as const), path, from: path }),
)
const content = fc.record({
  check: fc.constantFrom('c', 'd'),
  severity: fc.constantFrom('high' as const, 'low' as const),
  id: fc.constantFrom('m', 'n'),
  data: fc.dictionary(fc.constantFrom('x', 'y'), value, { noNullPrototype: true }),
  path,
  patch: fc.option(fc.array(operation, { maxLength: 2 }), { nil: undefined }),
  references: fc.array(text, { maxLength: 1 }),
})

function finding(given: typeof content extends fc.Arbitrary<infer T> ? T : never): Finding {
  const { check, severity, id, data, path, patch, references } = structuredClone(given)
  return {
    check,
    severity,
    resource: { apiVersion: 'v1', kind: 'Pod', name: 'p' },
    location: { file: 'f', line: 1, column: 1, path },
    message: { id, data },
    ...(patch && { remediation: { patch, safe: true } }),
    references,
  }
}

test('two findings have one content exactly where they say the same', () => {
  const contents = createFindingContents()
  fc.assert(
    fc.property(content, content, (left, right) => {
      const same = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right))
      expect(contents.of(finding(left)) === contents.of(finding(right))).toBe(same)
      // Remembered, not only compared with the last.
      expect(contents.of(finding(left))).toBe(contents.of(finding(left)))
    }),
    { numRuns: 3000 },
  )
})

test('does not grow without end', () => {
  const contents = createFindingContents()
  const first = finding({
    check: 'c',
    severity: 'low',
    id: 'm',
    data: {},
    path: [],
    patch: undefined,
    references: [],
  })
  const kept = contents.of(first)
  for (let index = 0; index < 20_001; index++)
    contents.of({ ...first, message: { id: 'm', data: { index } } })
  expect(contents.of(first)).not.toBe(kept)
})

/** With keys in order, so that equal structures are equal as text. */
function sorted(structure: unknown): unknown {
  if (Array.isArray(structure)) return structure.map(sorted)
  if (typeof structure !== 'object' || structure === null) return structure
  return Object.fromEntries(
    Object.entries(structure)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  )
}
