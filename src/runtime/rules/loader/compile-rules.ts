import type { FilterNode } from '../parser/index.ts'
import { adviseOnField, fieldInMessage } from './advice/fields.ts'
import type { CollectedRule } from './collector.ts'
import type { CompiledList } from './compile-lists.ts'
import { type CompiledMacros, markUsed, resolveMacros, UNREADABLE } from './compile-macros.ts'
import { checkCondition } from './condition-check.ts'
import { conditionFault, expressionPlace, fillLists, parseCondition } from './condition-text.ts'
import { conditionWarnings } from './condition-warnings.ts'
import type { Context } from './context.ts'
import { type Diagnostics, RuleFault } from './diagnostic.ts'
import { countEventCodes } from './event-types/codes.ts'
import { matchedEventTypes } from './event-types/matched.ts'
import { type ExceptedCondition, expandExceptions } from './exceptions/expand.ts'
import { type ExtraOutput, isInScope } from './extra-output.ts'
import { DEPRECATED_FIELDS, FALCO } from './falco-text.ts'
import { checkOutput, type OutputProblem } from './output-check.ts'
import { placeOf, type Rule } from './ruleset.ts'
import type { RuleSource } from './source.ts'
import { originOf, type SourcedText } from './sourced-text.ts'
import { compileStateful } from './stateful/compile.ts'

/** What a rule is compiled with. */
export interface RuleCompilation {
  readonly lists: ReadonlyMap<string, CompiledList>
  readonly macros: CompiledMacros
  readonly extraOutputs: readonly ExtraOutput[]
  readonly diagnostics: Diagnostics
}

/**
 * Fills everything in and checks it (rule_loader_compiler.cpp, compile_rule_infos).
 *
 * @returns undefined for a rule that is left out: its source is unknown, or it is skipped for an unknown field
 * @throws RuleFault
 */
export function compileRule(definition: CollectedRule, compilation: RuleCompilation): Rule | undefined {
  if (definition.hasUnknownSource) return undefined
  const excepted = withExceptions(definition)
  const output = compileOutput(definition, compilation)
  if (output === undefined) return undefined
  const condition = compileCondition(definition, excepted.condition, compilation)
  if (condition === undefined) return undefined
  warnOfEventTypes(condition, definition, compilation.diagnostics)
  return {
    name: definition.name,
    description: definition.description,
    koreanDescription: definition.koreanDescription,
    source: definition.source,
    priority: definition.priority,
    tags: definition.tags,
    enabled: definition.enabled,
    condition,
    conditionText: definition.condition.text,
    output: output.format,
    outputText: definition.output.text,
    extraFields: output.fields,
    exceptionFields: excepted.fields,
    exceptions: definition.exceptions,
    warnEventTypes: definition.warnEventTypes,
    skipIfUnknownFilter: definition.skipIfUnknownFilter,
    capture: definition.capture,
    captureDuration: definition.captureDuration,
    ...compileStateful(definition, (text, context) => compileStep(definition, text, context, compilation)),
    place: placeOf(definition.context),
  }
}

function withExceptions(definition: CollectedRule): ExceptedCondition {
  const { condition, exceptions } = definition
  if (exceptions.length === 0) return { condition, fields: [] }
  const excepted = EXCEPTED.get(definition) ?? expandExceptions(condition, exceptions)
  EXCEPTED.set(definition, excepted)
  return excepted
}

/** Made once, so that what is known of the text is found again when the rule is compiled with further files. */
const EXCEPTED = new WeakMap<CollectedRule, ExceptedCondition>()

interface CompiledOutput {
  readonly format: string
  readonly fields: Map<string, { readonly format: string; readonly isRaw: boolean }>
}

function compileOutput(
  definition: CollectedRule,
  { extraOutputs, diagnostics }: RuleCompilation,
): CompiledOutput | undefined {
  const extra = extraOutputs.filter((each) => isInScope(each, definition))
  let format = [definition.output.text, ...extra.flatMap((each) => each.format ?? [])].join(' ')
  if (format.includes('%container.info')) {
    diagnostics.warn('LOAD_DEPRECATED_ITEM', FALCO.containerInfo, definition.context)
    format = format.replaceAll('%container.info', '')
  }
  const fields = new Map(
    extra.flatMap(({ fields = [] }) =>
      fields.map(({ name, format, isRaw = false }) => [name, { format, isRaw }] as const),
    ),
  )
  const problem = checkOutputOnce(format, definition)
  if (problem !== undefined) {
    const fault = outputFault(problem, definition)
    if (!definition.skipIfUnknownFilter || !isAboutUnknown(problem.message)) throw fault
    diagnostics.warn('LOAD_UNKNOWN_FILTER', problem.message, definition.outputContext, fault.detail)
    return undefined
  }
  warnOfDeprecatedFields(format, definition, diagnostics)
  for (const field of fields.values()) {
    const problem = checkOutput(field.format, definition.source)
    if (problem !== undefined) throw outputFault(problem, definition)
    warnOfDeprecatedFields(field.format, definition, diagnostics)
  }
  return { format, fields }
}

/** A rule is compiled anew with each file after its own; its output is mostly what it was. */
function checkOutputOnce(format: string, { output, source }: CollectedRule): OutputProblem | undefined {
  const known = CHECKED.get(output)
  if (known?.format === format && known.source === source) return known.problem
  const problem = checkOutput(format, source)
  CHECKED.set(output, { format, source, problem })
  return problem
}

const CHECKED = new WeakMap<
  SourcedText,
  { readonly format: string; readonly source: string; readonly problem: OutputProblem | undefined }
>()

/** The place is that in the rule's own output; what was added to it has none. */
function outputFault(
  { message, field, index }: OutputProblem,
  { outputContext, source, output }: CollectedRule,
): RuleFault {
  const advice = field === undefined ? undefined : adviseOnField(field, source)
  const origin = index < output.text.length ? originDetail(output, index) : {}
  return new RuleFault('LOAD_ERR_COMPILE_OUTPUT', message, outputContext, { ...origin, advice })
}

function warnOfDeprecatedFields(
  format: string,
  { outputContext }: CollectedRule,
  diagnostics: Diagnostics,
): void {
  for (const field of DEPRECATED_FIELDS.keys())
    if (format.includes(field))
      diagnostics.warn(
        'LOAD_DEPRECATED_ITEM',
        `usage of deprecated field '${field}' has been detected in the rule output`,
        outputContext,
      )
}

function compileCondition(
  definition: CollectedRule,
  sourced: SourcedText,
  { lists, macros, diagnostics }: RuleCompilation,
): FilterNode | undefined {
  const text = fillLists(sourced, lists, (name) => markUsed(lists, name))
  const { context, conditionContext, source } = definition
  const parsed = parseCondition(text, conditionContext)
  const expanded = resolveMacros(parsed, text, macros, Number.POSITIVE_INFINITY, context)
  if (expanded === undefined) return undefined
  const { condition, used } = expanded
  for (const warning of conditionWarnings(condition)) {
    const place = expressionPlace(text, START, conditionContext)
    diagnostics.warn(warning.code, 'message' in warning ? warning.message : '', place.context, place)
  }
  const { error, warnings } = checkCondition(condition, source)
  if (error !== undefined) {
    const { context: place, ...detail } = expressionPlace(text, error.position, conditionContext)
    const field = fieldInMessage(error.message)
    const advice = field === undefined ? undefined : adviseOnField(field, source)
    const told = { ...detail, ...placeInMacro(error.message, source, used, macros), advice }
    if (!definition.skipIfUnknownFilter || !isAboutUnknown(error.message))
      throw new RuleFault('LOAD_ERR_COMPILE_CONDITION', error.message, place, told)
    diagnostics.warn('LOAD_UNKNOWN_FILTER', error.message, place, told)
    return undefined
  }
  for (const { message, position } of warnings) {
    const { context: place, ...detail } = expressionPlace(text, position, conditionContext)
    diagnostics.warn('LOAD_COMPILE_CONDITION', message, place, detail)
  }
  return condition
}

/** Where no position is known: Falco counts from 1, and 0 is nowhere. */
const START = Object.freeze({ index: 0, line: 0, column: 0 })

/** Where a fault stands that was met in a condition but written in one of its macros. */
function placeInMacro(
  message: string,
  source: string,
  used: ReadonlySet<string>,
  macros: CompiledMacros,
): { source: RuleSource; offset: number } | undefined {
  for (const name of used) {
    const macro = macros.get(name)
    if (macro?.parsed === undefined) continue
    const { error } = checkCondition(macro.parsed, source)
    if (error?.message !== message) continue
    const { context: _, ...place } = expressionPlace(
      macro.text,
      error.position,
      macro.definition.conditionContext,
    )
    return place
  }
  return undefined
}

/** The condition of a step of a sequence, which may use lists and macros as the rule's own may. */
function compileStep(
  { source }: CollectedRule,
  sourced: SourcedText,
  context: Context,
  { lists, macros }: RuleCompilation,
): FilterNode {
  const text = fillLists(sourced, lists, (name) => markUsed(lists, name))
  const expanded = resolveMacros(
    parseCondition(text, context),
    text,
    macros,
    Number.POSITIVE_INFINITY,
    context,
  )
  if (expanded === undefined) return UNREADABLE
  const { error } = checkCondition(expanded.condition, source)
  if (error === undefined) return expanded.condition
  throw conditionFault('LOAD_ERR_COMPILE_CONDITION', error.message, text, error.position, context)
}

function warnOfEventTypes(condition: FilterNode, definition: CollectedRule, diagnostics: Diagnostics): void {
  if (definition.source !== 'syscall' || !definition.warnEventTypes) return
  if (countEventCodes(matchedEventTypes(condition)) <= MOST_EVENT_CODES) return
  diagnostics.warn('LOAD_NO_EVTTYPE', FALCO.tooManyEventTypes, definition.context)
}

const MOST_EVENT_CODES = 100

/** Faults that `skip-if-unknown-filter` turns into warnings. */
function isAboutUnknown(message: string): boolean {
  return ['nonexistent field', 'invalid formatting token', 'unknown event type', 'unknown filter:'].some(
    (part) => message.includes(part),
  )
}

function originDetail(text: SourcedText, index: number): { source?: RuleSource; offset?: number } {
  const origin = originOf(text, index)
  return origin === undefined ? {} : { source: origin.context.source, offset: origin.offset }
}
