import { goQuote } from '../../../kubernetes/index.ts'
import type { PolicyRule } from './objects.ts'

/**
 * Joins rules that are about one resource of one group, with at most one name, and differ only in their verbs; all
 * others stay as they are and come first.
 *
 * Source: kubernetes, `pkg/registry/rbac/validation`, `CompactRules`.
 */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const others: PolicyRule[] = []
  const simple = new Map<string, PolicyRule>()
  for (const rule of rules) {
    if (!isSimple(rule)) {
      others.push(rule)
      continue
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames])
    const known = simple.get(key)
    simple.set(key, known === undefined ? rule : { ...known, verbs: [...known.verbs, ...rule.verbs] })
  }
  return [...others, ...simple.values()]
}

/** A rule as Kubernetes writes it into its messages: `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`. */
export function ruleText(rule: PolicyRule): string {
  const parts: readonly [string, readonly string[]][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ]
  const given = parts.filter(([, values]) => values.length > 0)
  return `{${given.map(([name, values]) => `${name}:${quotedList(values)}`).join(', ')}}`
}

/** Strings as Go's `%q` prints a list of them. */
export function quotedList(values: readonly string[]): string {
  return `[${values.map(goQuote).join(' ')}]`
}

function isSimple({ apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): boolean {
  return (
    apiGroups.length === 1 &&
    resources.length === 1 &&
    resourceNames.length <= 1 &&
    nonResourceURLs.length === 0
  )
}
