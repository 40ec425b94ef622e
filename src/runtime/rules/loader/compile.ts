import type { Collector } from './collector.ts'
import { compileLists } from './compile-lists.ts'
import { compileMacros, guarded, type OnFault } from './compile-macros.ts'
import { compileRule } from './compile-rules.ts'
import type { Diagnostics } from './diagnostic.ts'
import type { ExtraOutput } from './extra-output.ts'
import { FALCO } from './falco-text.ts'
import type { AfterFault } from './read/read-file.ts'
import { placeOf, type RuleSet } from './ruleset.ts'

/**
 * Fills in and checks everything collected so far: lists, then macros, then rules.
 *
 * @param afterFault - `stop` leaves a rule set of what was compiled before the first fault
 */
export function compile(
  collector: Collector,
  extraOutputs: readonly ExtraOutput[],
  diagnostics: Diagnostics,
  afterFault: AfterFault,
): RuleSet {
  let isStopped = false
  const onFault: OnFault = (fault) => {
    if (isStopped) return
    diagnostics.fault(fault)
    isStopped = afterFault === 'stop'
  }
  const lists = compileLists(collector.lists)
  const macros = compileMacros(collector.macros, lists, onFault)
  const compilation = { lists, macros, extraOutputs, diagnostics }
  const rules = [...collector.rules.values()].flatMap((definition) => {
    if (isStopped) return []
    return guarded(() => compileRule(definition, compilation), onFault) ?? []
  })
  // What is used only by rules with errors is not unused.
  if (diagnostics.errors.length === 0) {
    for (const { isUsed, definition } of macros.values())
      if (!isUsed) diagnostics.warn('LOAD_UNUSED_MACRO', FALCO.unusedMacro, definition.context)
    for (const { name, context } of collector.lists.values())
      if (lists.get(name)?.isUsed !== true) diagnostics.warn('LOAD_UNUSED_LIST', FALCO.unusedList, context)
  }
  return {
    rules,
    macros: [...macros.values()].flatMap(({ name, condition, definition, isUsed }) =>
      condition === undefined
        ? []
        : [
            {
              name,
              condition,
              conditionText: definition.condition.text,
              isUsed,
              place: placeOf(definition.context),
            },
          ],
    ),
    lists: [...collector.lists.values()].map(({ name, items, context }) => ({
      name,
      items: lists.get(name)?.items ?? items,
      ownItems: items,
      isUsed: lists.get(name)?.isUsed ?? false,
      place: placeOf(context),
    })),
    requiredEngine: collector.engine,
    requiredPlugins: collector.plugins,
  }
}
