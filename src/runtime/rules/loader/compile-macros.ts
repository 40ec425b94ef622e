import type { FilterNode } from '../parser/index.ts'
import { adviseOnMacro } from './advice/macros.ts'
import type { Ordered } from './collector.ts'
import type { CompiledList } from './compile-lists.ts'
import { type ConditionText, conditionFault, fillLists, parseCondition } from './condition-text.ts'
import type { Context } from './context.ts'
import type { MacroDefinition } from './definitions.ts'
import { RuleFault } from './diagnostic.ts'
import { type ExpandedCondition, expandMacros, type MacroFault } from './expand-macros.ts'

export interface CompiledMacro {
  readonly name: string
  readonly text: ConditionText
  readonly definition: Ordered<MacroDefinition>
  /** As parsed, lists filled in, macros not. Undefined for one that can't be read. */
  readonly parsed: FilterNode | undefined
  /** Macros filled in as well, once it was its turn. */
  condition: FilterNode | undefined
  isUsed: boolean
}

export type CompiledMacros = Map<string, CompiledMacro>

/** Told each fault; throws it where loading stops at the first. */
export type OnFault = (fault: RuleFault) => void

/**
 * Parses all macros, then fills in the macros that stand in them. A macro sees those that were first defined before its own
 * last change (rule_loader_compiler.cpp, compile_macros_infos).
 */
export function compileMacros(
  definitions: ReadonlyMap<string, Ordered<MacroDefinition>>,
  lists: ReadonlyMap<string, CompiledList>,
  onFault: OnFault,
): CompiledMacros {
  const macros: CompiledMacros = new Map()
  for (const definition of definitions.values()) {
    const text = fillLists(definition.condition, lists, (name) => markUsed(lists, name))
    const parsed = guarded(() => parseCondition(text, definition.conditionContext), onFault)
    macros.set(definition.name, {
      name: definition.name,
      text,
      definition,
      parsed,
      condition: parsed,
      isUsed: false,
    })
  }
  for (const macro of macros.values()) {
    const { condition, definition } = macro
    if (condition === undefined) continue
    macro.condition = guarded(
      () => resolveMacros(condition, macro.text, macros, definition.visibility, definition.context),
      onFault,
    )?.condition
  }
  return macros
}

/**
 * Fills in the macros of a condition, and marks them used.
 *
 * @param visibility - only macros first defined before this are seen
 * @param context - of the rule or macro, not of its condition: Falco tells of macros so
 * @throws RuleFault LOAD_ERR_VALIDATE for names of no macro, and for loops
 */
export function resolveMacros(
  condition: FilterNode,
  text: ConditionText,
  macros: CompiledMacros,
  visibility: number,
  context: Context,
): Extract<ExpandedCondition, { ok: true }> | undefined {
  const expanded = expandOnce(condition, (name) => {
    const macro = macros.get(name)
    return macro !== undefined && macro.definition.index < visibility
      ? (macro.condition ?? UNREADABLE)
      : undefined
  })
  if (!expanded.ok) throw macroFault(expanded.fault, text, macros, context)
  if ([...expanded.used].some((name) => macros.get(name)?.condition === undefined)) return undefined
  markMacrosUsed(expanded, macros)
  return expanded
}

type MacroOf = (name: string) => FilterNode | undefined

/** A condition is expanded anew with each file after its own; mostly its macros are what they were. */
function expandOnce(condition: FilterNode, macroOf: MacroOf): ExpandedCondition {
  const known = EXPANDED.get(condition)
  if (known !== undefined && [...known.macros].every(([name, macro]) => macroOf(name) === macro))
    return known.expanded
  const expanded = expandMacros(condition, macroOf)
  if (expanded.ok)
    EXPANDED.set(condition, {
      expanded,
      macros: new Map([...expanded.used].map((name) => [name, macroOf(name)])),
    })
  return expanded
}

const EXPANDED = new WeakMap<
  FilterNode,
  { readonly expanded: ExpandedCondition; readonly macros: ReadonlyMap<string, FilterNode | undefined> }
>()

/** Stands for a macro that has a fault of its own: what uses it is left out without a further word. */
export const UNREADABLE: FilterNode = Object.freeze({
  kind: 'or',
  children: Object.freeze([]),
  position: Object.freeze({ index: 0, line: 1, column: 1 }),
})

function markMacrosUsed(expanded: Extract<ExpandedCondition, { ok: true }>, macros: CompiledMacros): void {
  for (const name of expanded.used) {
    const macro = macros.get(name)
    if (macro !== undefined) macro.isUsed = true
  }
}

export function markUsed(lists: ReadonlyMap<string, CompiledList>, name: string): void {
  const list = lists.get(name)
  if (list !== undefined) list.isUsed = true
}

/** Runs a step; its fault is told, and nothing comes of it. */
export function guarded<T>(step: () => T, onFault: OnFault): T | undefined {
  try {
    return step()
  } catch (fault) {
    if (!(fault instanceof RuleFault)) throw fault
    onFault(fault)
    return undefined
  }
}

function macroFault(
  { kind, macro, position, inside }: MacroFault,
  text: ConditionText,
  macros: CompiledMacros,
  context: Context,
): RuleFault {
  const message = {
    undefined: `Undefined macro '${macro}' used in filter.`,
    loop: `reference loop in macro '${macro}'`,
    size: `macro '${macro}' expands to more than a million nodes`,
  }[kind]
  const place = inside === undefined ? text : (macros.get(inside)?.text ?? text)
  const advice = kind === 'undefined' ? adviseOnMacro(macro, macros) : undefined
  return conditionFault('LOAD_ERR_VALIDATE', message, place, position, context, { advice })
}
