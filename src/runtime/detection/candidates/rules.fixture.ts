import { loadRules, type Rule } from '../../rules/index.ts'

/** A rule for each condition. */
export function rulesOf(...conditions: readonly string[]): readonly Rule[] {
  const text = conditions
    .map(
      (condition, at) => `- {rule: R${at}, desc: d, priority: INFO, condition: '${condition}', output: x}\n`,
    )
    .join('')
  return loadRules([{ name: 'rules.yaml', text }]).rules.rules
}
