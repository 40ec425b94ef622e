import { isAtLeast, type Priority } from './priority.ts'
import type { Rule } from './ruleset.ts'

/** One step of choosing rules; steps apply in order, each on top of those before. */
export type SelectionStep = {
  readonly enable: boolean
} & (
  | { readonly by: 'name-part'; readonly text: string }
  | { readonly by: 'name'; readonly text: string }
  | { readonly by: 'wildcard'; readonly text: string }
  | { readonly by: 'tags'; readonly tags: readonly string[] }
)

/** What a user asks for, in the terms of Falco's options. */
export interface RuleSelection {
  /** `-D`: rules whose names contain one of these are off. */
  readonly disableNameParts?: readonly string[]
  /** `-T`: rules with one of these tags are off. */
  readonly disableTags?: readonly string[]
  /** `-t`: only rules with one of these tags are on, whether `enabled` or not. */
  readonly enableTags?: readonly string[]
  /** `rules` of falco.yaml, and `-o rules[]…`: after the others, in order. */
  readonly rules?: readonly { readonly enable: boolean; readonly rule?: string; readonly tag?: string }[]
  /** `priority` of falco.yaml: rules below it are left out altogether. */
  readonly minimumPriority?: Priority
}

/**
 * The rules that run (falco, app/actions/load_rules_files.cpp).
 *
 * @returns names
 */
export function selectRules(rules: readonly Rule[], selection: RuleSelection = {}): Set<string> {
  const { minimumPriority = 'Debug' } = selection
  const candidates = rules.filter(({ priority }) => isAtLeast(priority, minimumPriority))
  const enabled = new Set(candidates.filter((rule) => rule.enabled).map(({ name }) => name))
  for (const step of stepsOf(selection)) applyStep(enabled, candidates, step)
  return enabled
}

/** Applies one step to a set of rule names, in place. */
export function applyStep(enabled: Set<string>, rules: readonly Rule[], step: SelectionStep): void {
  for (const rule of rules) {
    if (!isMeant(rule, step)) continue
    if (step.enable) enabled.add(rule.name)
    else enabled.delete(rule.name)
  }
}

function stepsOf({
  disableNameParts = [],
  disableTags = [],
  enableTags = [],
  rules = [],
}: RuleSelection): SelectionStep[] {
  const steps: SelectionStep[] = disableNameParts.map((text) => ({ enable: false, by: 'name-part', text }))
  if (disableTags.length > 0) steps.push({ enable: false, by: 'tags', tags: disableTags })
  if (enableTags.length > 0)
    steps.push({ enable: false, by: 'name-part', text: '' }, { enable: true, by: 'tags', tags: enableTags })
  for (const { enable, rule, tag } of rules) {
    if (rule !== undefined) steps.push({ enable, by: 'wildcard', text: rule })
    if (tag !== undefined) steps.push({ enable, by: 'tags', tags: [tag] })
  }
  return steps
}

/** An empty name means every rule, also where the whole name is compared. */
function isMeant({ name, tags }: Rule, step: SelectionStep): boolean {
  switch (step.by) {
    case 'name-part':
      return name.includes(step.text)
    case 'name':
      return step.text === '' || name === step.text
    case 'wildcard':
      return matchesWildcard(step.text, name)
    case 'tags':
      return step.tags.some((tag) => tags.includes(tag))
  }
}

/** `*` stands for any letters, also none. Takes time in proportion to both lengths. */
export function matchesWildcard(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === name
  const last = rest.pop() ?? ''
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
    return false
  const end = name.length - last.length
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
