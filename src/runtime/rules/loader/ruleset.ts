import type { FilterNode } from '../parser/index.ts'
import type { Context } from './context.ts'
import type { ExceptionDefinition, PluginRequirement } from './definitions.ts'
import type { Priority } from './priority.ts'
import type { Version } from './version.ts'

/** Where something was defined, from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** `threshold` of a rule, ready to be used. */
export interface Threshold {
  readonly count: number
  /** Milliseconds. */
  readonly within: number
  /** Fields, as written: `ka.user.name`, `proc.aname[2]`. */
  readonly by: readonly string[]
  readonly distinct?: string
}

/** `sequence` of a rule: conditions that must have held before, in this order, for the same values of `by`. */
export interface Sequence {
  readonly steps: readonly FilterNode[]
  /** Milliseconds, from the event of the first step to the one that raises the alert. */
  readonly within: number
  readonly by: readonly string[]
}

/** `suppress` of a rule: at most `limit` alerts within so long for the same values of `by`. */
export interface Suppress {
  readonly limit: number
  /** Milliseconds. */
  readonly within: number
  readonly by: readonly string[]
}

/** A rule with everything filled in. */
export interface Rule {
  readonly name: string
  readonly description: string
  /** `desc_ko`, where there is one. */
  readonly koreanDescription?: string | undefined
  readonly source: string
  readonly priority: Priority
  /** In the order of their bytes. */
  readonly tags: readonly string[]
  /** As the files say; which rules really run, `selectRules` tells. */
  readonly enabled: boolean
  /** Exceptions, lists and macros filled in. */
  readonly condition: FilterNode
  /** As written, with what was appended. */
  readonly conditionText: string
  /** The template of alerts, with what was added to it. */
  readonly output: string
  /** As written, with what was appended. */
  readonly outputText: string
  /** Fields to be added to the alerts' `output_fields` by name: a template, or (raw) one field. */
  readonly extraFields: ReadonlyMap<string, { readonly format: string; readonly isRaw: boolean }>
  /** What exceptions compare; Falco adds them to the alerts' `output_fields`. */
  readonly exceptionFields: readonly string[]
  readonly exceptions: readonly ExceptionDefinition[]
  readonly warnEventTypes: boolean
  readonly skipIfUnknownFilter: boolean
  readonly capture: boolean
  /** Milliseconds. */
  readonly captureDuration: number
  readonly threshold?: Threshold
  readonly sequence?: Sequence
  readonly suppress?: Suppress
  readonly place: Place
}

/** All that a rule matches events by: its condition, and the steps of its sequence. */
export function conditionsOf({
  condition,
  sequence,
}: Pick<Rule, 'condition' | 'sequence'>): readonly FilterNode[] {
  return [condition, ...(sequence?.steps ?? [])]
}

export interface Macro {
  readonly name: string
  /** Lists and macros filled in. */
  readonly condition: FilterNode
  readonly conditionText: string
  readonly isUsed: boolean
  readonly place: Place
}

export interface List {
  readonly name: string
  /** Items of the lists that it names among them. */
  readonly items: readonly string[]
  /** As written. */
  readonly ownItems: readonly string[]
  readonly isUsed: boolean
  readonly place: Place
}

/** Everything that the loaded files define, in the order of first definition. */
export interface RuleSet {
  readonly rules: readonly Rule[]
  readonly macros: readonly Macro[]
  readonly lists: readonly List[]
  /** The highest version that a file asks for. */
  readonly requiredEngine: Version
  /** Each: a plugin, and those that may stand in for it. */
  readonly requiredPlugins: readonly (readonly PluginRequirement[])[]
}

export const EMPTY_RULE_SET: RuleSet = Object.freeze({
  rules: [],
  macros: [],
  lists: [],
  requiredEngine: { major: 0, minor: 0, patch: 0 },
  requiredPlugins: [],
})

export function placeOf({ source, steps }: Context): Place {
  return { file: source.name, ...source.lines.positionAt(steps.at(-1)?.offset ?? 0) }
}
