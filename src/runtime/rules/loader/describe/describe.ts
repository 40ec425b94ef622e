import { auditEvents, syscallEvents } from '../../compiler/index.ts'
import { createFormat } from '../../format/index.ts'
import { printFilter } from '../../parser/index.ts'
import type { ExceptionEntry } from '../definitions.ts'
import { matchedEventTypes } from '../event-types/matched.ts'
import type { List, Macro, Rule, RuleSet } from '../ruleset.ts'
import { formatDuration } from '../stateful/duration.ts'
import { formatVersion } from '../version.ts'
import { conditionDetails, referencesOf } from './condition-details.ts'

/** What is known of a rule set, in the shape of Falco's `-L` with JSON output. Names are sorted, each stands once. */
export interface RuleSetDescription {
  readonly required_engine_version: string
  readonly required_plugin_versions: readonly {
    readonly name: string
    readonly version: string
    readonly alternatives: readonly { readonly name: string; readonly version: string }[]
  }[]
  readonly rules: readonly RuleDescription[]
  readonly macros: readonly MacroDescription[]
  readonly lists: readonly ListDescription[]
}

export interface RuleDescription {
  readonly info: {
    readonly name: string
    readonly condition: string
    readonly priority: string
    readonly output: string
    readonly description: string
    readonly enabled: boolean
    readonly source: string
    readonly tags: readonly string[]
    readonly capture: boolean
    readonly capture_duration: number
    /** Haetae's own keys, as they can be written. */
    readonly threshold?: object
    readonly sequence?: object
    readonly suppress?: object
  }
  readonly details: {
    readonly macros: readonly string[]
    readonly lists: readonly string[]
    readonly condition_operators: readonly string[]
    readonly condition_fields: readonly string[]
    readonly output_fields: readonly string[]
    readonly exception_names: readonly string[]
    readonly exception_operators: readonly string[]
    readonly exception_fields: readonly string[]
    readonly events: readonly string[]
    readonly condition_compiled: string
    readonly output_compiled: string
  }
}

export interface MacroDescription {
  readonly info: { readonly name: string; readonly condition: string }
  readonly details: {
    readonly used: boolean
    readonly macros: readonly string[]
    readonly lists: readonly string[]
    readonly condition_operators: readonly string[]
    readonly condition_fields: readonly string[]
    readonly events: readonly string[]
    readonly condition_compiled: string
  }
}

export interface ListDescription {
  readonly info: { readonly name: string; readonly items: readonly string[] }
  readonly details: {
    readonly used: boolean
    readonly items_compiled: readonly string[]
    readonly lists: readonly string[]
  }
}

/** @see falco_engine.cpp, describe_rule and get_json_details */
export function describeRules(set: RuleSet): RuleSetDescription {
  const macros = new Set(set.macros.map(({ name }) => name))
  const lists = new Set(set.lists.map(({ name }) => name))
  const references = (text: string) =>
    referencesOf(
      text,
      (name) => macros.has(name),
      (name) => lists.has(name),
    )
  return {
    required_engine_version: formatVersion(set.requiredEngine),
    required_plugin_versions: set.requiredPlugins.flatMap(([plugin, ...alternatives]) =>
      plugin === undefined ? [] : [{ ...plugin, alternatives }],
    ),
    rules: set.rules.map((rule) => describeRule(rule, references)),
    macros: set.macros.map((macro) => describeMacro(macro, references)),
    lists: set.lists.map((list) => describeList(list, lists)),
  }
}

type FindReferences = (text: string) => {
  readonly macros: readonly string[]
  readonly lists: readonly string[]
}

function describeRule(rule: Rule, references: FindReferences): RuleDescription {
  const { fields, operators } = conditionDetails(rule.condition)
  return {
    info: {
      name: rule.name,
      condition: rule.conditionText,
      priority: rule.priority,
      output: rule.outputText,
      description: rule.description,
      enabled: rule.enabled,
      source: rule.source,
      tags: rule.tags,
      capture: rule.capture,
      capture_duration: rule.captureDuration,
      ...statefulInfo(rule),
    },
    details: {
      ...references(rule.conditionText),
      condition_operators: operators,
      condition_fields: fields,
      output_fields: outputFields(rule),
      exception_names: unique(rule.exceptions.map(({ name }) => name)),
      exception_operators: unique(rule.exceptions.flatMap(({ comparisons }) => textsOf(comparisons))),
      exception_fields: rule.exceptionFields,
      events: eventsOf(rule),
      condition_compiled: printFilter(rule.condition),
      output_compiled: rule.output,
    },
  }
}

function statefulInfo({ threshold, sequence, suppress }: Rule): Pick<RuleDescription['info'], 'threshold'> {
  const written = ({ within, ...rest }: { readonly within: number }) => ({
    ...rest,
    within: formatDuration(within),
  })
  return {
    ...(threshold && { threshold: written(threshold) }),
    ...(sequence && { sequence: { ...written(sequence), steps: sequence.steps.map(printFilter) } }),
    ...(suppress && { suppress: written(suppress) }),
  }
}

function describeMacro(
  { name, condition, conditionText, isUsed }: Macro,
  references: FindReferences,
): MacroDescription {
  const { fields, operators } = conditionDetails(condition)
  return {
    info: { name, condition: conditionText },
    details: {
      used: isUsed,
      ...references(conditionText),
      condition_operators: operators,
      condition_fields: fields,
      events: unique(['asyncevent', ...matchedEventTypes(condition)]),
      condition_compiled: printFilter(condition),
    },
  }
}

function describeList({ name, items, ownItems, isUsed }: List, lists: ReadonlySet<string>): ListDescription {
  return {
    info: { name, items: ownItems.filter((item) => !lists.has(item)) },
    details: { used: isUsed, items_compiled: items, lists: ownItems.filter((item) => lists.has(item)) },
  }
}

/** Events of other sources than the kernel come as one type of event; asynchronous ones come with every source. */
function eventsOf({ source, condition }: Rule): string[] {
  return unique(['asyncevent', ...(source === 'syscall' ? matchedEventTypes(condition) : ['pluginevent'])])
}

function outputFields({ source, output }: Rule): string[] {
  const made =
    source === 'k8s_audit' ? createFormat(output, auditEvents) : createFormat(output, syscallEvents)
  return made.ok ? unique(made.format.fieldNames) : []
}

function textsOf(entry: ExceptionEntry): string[] {
  if (entry.kind === 'item') return [entry.text]
  return entry.kind === 'list' ? entry.items.flatMap(textsOf) : []
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}
