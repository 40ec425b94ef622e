import { expect, test } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import { loadRules } from '../../runtime/rules/index.ts'
import type { SensorKind } from '../../runtime/sensors/index.ts'
import { tellBlindness } from './blindness.ts'
import { detectMessages } from './messages.ts'

/** What is said of rules with these conditions. */
function told(kind: SensorKind, ...conditions: readonly string[]): string {
  const text = conditions
    .map((condition, at) => `- {rule: R${at}, desc: x, condition: '${condition}', output: x, priority: INFO}`)
    .join('\n')
  const { rules } = loadRules([{ name: 'x.yaml', text }]).rules
  expect(rules).toHaveLength(conditions.length)
  const lines: string[] = []
  tellBlindness(kind, rules, (line) => lines.push(line), createRenderer([detectMessages], 'en'))
  return lines.join('\n')
}

test('types that a rule names and the sensor does not tell of are said, and rules that are about nothing else', () => {
  expect(told('ebpf', 'evt.type in (read, open)', 'evt.type in (write, sendmmsg)')).toBe(
    'haetae-sensor is the sensor: of the calls that the rules ask for it does not see read, sendmmsg, write; 1 of 2 rules cannot match',
  )
})

test.each([
  ['all types', 'evt.type in (execve, execveat, recvfrom, procexit)'],
  [
    'types told as another one that is named too',
    'evt.type in (clone, fork, vfork, clone3) or evt.type in (fchmodat, fchmodat2)',
  ],
  ['a rule that names no types', 'proc.name = x'],
  ['a rule about all types but one', 'evt.type != open'],
])('nothing is said of %s', (_, condition) => {
  expect(told('ebpf', condition)).toBe('')
})

test('a type that is told as another one is said where that one is not named', () => {
  expect(told('ebpf', 'evt.type in (vfork, fork)')).toContain('does not see fork, vfork; 1 of 1 rules')
})

test('of a fallback it is said in any case', () => {
  expect(told('proc', 'evt.type = execve')).toContain('does not see none; 0 of 1 rules')
})
