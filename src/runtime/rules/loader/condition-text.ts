import { type FilterNode, type FilterPosition, parseFilter } from '../parser/index.ts'
import type { Context } from './context.ts'
import { type DiagnosticDetail, RuleFault } from './diagnostic.ts'
import type { RuleSource } from './source.ts'
import { originOf, type SourcedText } from './sourced-text.ts'
import { type FilledText, fillFurther, placeBeforeLists, type SubstitutedList } from './substitute-lists.ts'

/** A condition as text, and how to find its places again. */
export interface ConditionText {
  readonly sourced: SourcedText
  /** With lists filled in: what is parsed. */
  readonly text: string
  readonly lists: ReadonlyMap<string, SubstitutedList>
}

/** @param lists - in the order of their definition */
export function fillLists(
  sourced: SourcedText,
  lists: ReadonlyMap<string, SubstitutedList>,
  onUse: (name: string) => void,
): ConditionText {
  const filled = fillFurther(sourced.text, lists, FILLED.get(sourced))
  FILLED.set(sourced, filled)
  for (const name of filled.used.keys()) onUse(name)
  return { sourced, text: filled.text, lists }
}

/** A condition is compiled anew with each file after its own, of which few touch it. */
const FILLED = new WeakMap<SourcedText, FilledText>()
const PARSED = new WeakMap<SourcedText, { readonly text: string; readonly ast: FilterNode }>()

/**
 * Parses a condition.
 *
 * @param context - of the condition's text
 * @throws RuleFault LOAD_ERR_COMPILE_CONDITION with the parser's message
 */
export function parseCondition(condition: ConditionText, context: Context): FilterNode {
  const known = PARSED.get(condition.sourced)
  if (known?.text === condition.text) return known.ast
  const parsed = parseFilter(condition.text)
  if (parsed.ok) {
    PARSED.set(condition.sourced, { text: condition.text, ast: parsed.ast })
    return parsed.ast
  }
  const { message, position } = parsed.error
  throw conditionFault('LOAD_ERR_COMPILE_CONDITION', message, condition, position, context)
}

/** A fault at a place of a condition. */
export function conditionFault(
  code: 'LOAD_ERR_COMPILE_CONDITION' | 'LOAD_ERR_VALIDATE',
  message: string,
  condition: ConditionText,
  position: FilterPosition,
  parent: Context,
  detail: DiagnosticDetail = {},
): RuleFault {
  const { context, ...place } = expressionPlace(condition, position, parent)
  return new RuleFault(code, message, context, { ...place, ...detail })
}

/** The context that Falco gives a place in a condition, and where that place really stands. */
export function expressionPlace(
  condition: ConditionText,
  position: FilterPosition,
  parent: Context,
): { context: Context; source: RuleSource; offset: number } {
  const { sourced, lists } = condition
  const origin = originOf(
    sourced,
    placeBeforeLists(sourced.text, lists.values(), unitsOf(condition, position)),
  )
  const offset = origin?.offset ?? parent.steps.at(-1)?.offset ?? 0
  const relative = { line: position.line, column: position.column }
  const step = { type: 'condition expression', name: '', offset, relative } as const
  return {
    context: { source: parent.source, steps: [...parent.steps, step] },
    source: origin?.context.source ?? parent.source,
    offset,
  }
}

/** Falco counts bytes of UTF-8. */
function unitsOf({ text }: ConditionText, { index }: FilterPosition): number {
  if (Buffer.byteLength(text) === text.length) return index
  return Buffer.from(text).subarray(0, index).toString().length
}
