import { expect, test } from 'vitest'
import type { PatchOperation } from '../finding.ts'
import { lineFix } from './line-fix.ts'

const path = ['spec', 'securityContext', 'runAsUser']
const replace: PatchOperation = { op: 'replace', path, value: 10001 }
const remove: PatchOperation = { op: 'remove', path }
const rename: PatchOperation = { op: 'move', from: path, path: ['spec', 'securityContext', 'runAsGroup'] }

/** The text after the fix of a finding on its second line, at the first character that is no blank. */
function fixed(lines: readonly string[], ...patch: PatchOperation[]): string | undefined {
  const second = lines[1] ?? ''
  const column = second.search(/[^\s-]/) + 1
  const fix = lineFix(
    {
      check: 'c',
      severity: 'low',
      resource: { apiVersion: 'v1', kind: 'Pod', name: 'p' },
      location: { file: 'f', line: 2, column, path },
      message: { id: 'm', data: {} },
      remediation: { patch, safe: true },
      references: [],
    },
    { lineAt: (line) => lines[line - 1] },
  )
  if (fix === undefined) return undefined
  const offset = (line: number, at: number) =>
    lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + at - 1
  const text = lines.join('\n')
  return (
    text.slice(0, offset(fix.startLine, fix.startColumn)) +
    fix.text +
    text.slice(offset(fix.endLine, fix.endColumn))
  )
}

test.each([
  [['a:', '  runAsUser: 0 # root', 'b: 1'], replace, 'a:\n  runAsUser: 10001 # root\nb: 1'],
  [['a:', '  "runAsUser":   "0"', ''], replace, 'a:\n  "runAsUser":   10001\n'],
  [['a:', '- runAsUser: 0', '  b: 1'], replace, 'a:\n- runAsUser: 10001\n  b: 1'],
  [['a:', '  runAsUser: 0 # root', '  b: 1'], remove, 'a:\n  b: 1'],
  [['a:', "  'runAsUser': 0", ''], rename, "a:\n  'runAsGroup': 0\n"],
])('%j', (lines, operation, expected) => {
  expect(fixed(lines, operation)).toBe(expected)
})

test.each([
  ['the value goes on', ['a:', '  runAsUser: some', '    words'], replace],
  ['a block scalar', ['a:', '  runAsUser: |', '    0'], replace],
  ['an alias', ['a:', '  runAsUser: *uid', ''], replace],
  ['a flow map', ['a:', '  runAsUser: {b: 1}', ''], replace],
  ['JSON', ['{', '  "runAsUser": 0,', '  "b": 1'], replace],
  ['no value', ['a:', '  runAsUser:', ''], replace],
  ['another field', ['a:', '  runAsGroup: 0', ''], replace],
  ['the line of a dash', ['a:', '- runAsUser: 0', '  b: 1'], remove],
  ['the last line', ['a:', '  runAsUser: 0'], remove],
])('not for %s', (_, lines, operation) => {
  expect(fixed(lines, operation)).toBeUndefined()
})

test('not for a patch of several steps', () => {
  expect(fixed(['a:', '  runAsUser: 0', ''], replace, remove)).toBeUndefined()
})
