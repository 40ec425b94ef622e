import type { Message } from '../../../../messages/index.ts'
import { LIST_OPERATORS, OPERATORS } from '../../parser/index.ts'
import type { ExceptionDefinition, ExceptionEntry } from '../definitions.ts'
import { RuleFault } from '../diagnostic.ts'

/** Whether a field (or a transformer around one) can stand on the left of a comparison; else what was probably meant. */
export type ExceptionFieldCheck = (
  field: string,
  source: string,
) => { readonly ok: true } | { readonly ok: false; readonly advice?: Message }

/**
 * Holds an exception's fields and comparison operators together and fills in the default operators: `=` for each field
 * of a list, `in` for a single one (rule_loader_collector.cpp, validate_exception_info).
 *
 * @param checkField - undefined where the rule's source is unknown and fields can't be told
 * @throws RuleFault LOAD_ERR_VALIDATE
 */
export function validateException(
  exception: ExceptionDefinition,
  source: string,
  checkField: ExceptionFieldCheck | undefined,
): ExceptionDefinition {
  const { fields } = exception
  const checkEach = (field: string) => {
    const checked = checkField?.(field, source) ?? { ok: true }
    if (checked.ok) return
    throw new RuleFault(
      'LOAD_ERR_VALIDATE',
      `'${field}' is not a supported filter field`,
      exception.context,
      {
        advice: checked.advice,
      },
    )
  }
  if (fields.kind === 'list') {
    const comparisons = listComparisons(exception, fields.items.length)
    for (const field of fields.items) checkEach(textOf(field))
    return { ...exception, comparisons }
  }
  const comparisons = singleComparison(exception)
  checkEach(textOf(fields))
  return { ...exception, comparisons }
}

function listComparisons(exception: ExceptionDefinition, count: number): ExceptionEntry {
  const { comparisons } = exception
  if (comparisons.kind === 'none')
    return {
      kind: 'list',
      items: Array.from({ length: count }, () => ({ kind: 'item', text: '=' }) as const),
    }
  const items = comparisons.kind === 'list' ? comparisons.items.map(trimmed) : []
  if (items.length !== count) throw fault('Fields and comps lists must have equal length', exception)
  for (const item of items)
    if (!isOperator(textOf(item)))
      throw fault(`'${textOf(item)}' is not a supported comparison operator`, exception)
  return { kind: 'list', items }
}

function singleComparison(exception: ExceptionDefinition): ExceptionEntry {
  const { comparisons } = exception
  if (comparisons.kind === 'none') return { kind: 'item', text: 'in' }
  if (comparisons.kind === 'list') throw fault('Fields and comps must both be strings', exception)
  const operator = trimmed(comparisons)
  if (!takesList(textOf(operator)))
    throw fault(
      'When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier operator (e.g. startswith oneof)',
      exception,
    )
  return operator
}

function trimmed(entry: ExceptionEntry): ExceptionEntry {
  return entry.kind === 'item' ? { kind: 'item', text: entry.text.trim() } : entry
}

/** Whether the operator has a parenthesised list on its right: `in`, `pmatch`, `intersects`, or one with a modifier. */
export function takesList(operator: string): boolean {
  return LIST_OPERATORS.some((known) => known === operator) || isModified(operator)
}

function isOperator(operator: string): boolean {
  return OPERATORS.some((known) => known === operator) || isModified(operator)
}

/** `startswith oneof` and the like: a string operator, a blank, a modifier. */
function isModified(operator: string): boolean {
  const [base, modifier, ...rest] = operator.split(/\s+/)
  if (base === undefined || modifier === undefined || rest.length > 0) return false
  return MODIFIED_OPERATORS.has(base) && MODIFIERS.has(modifier)
}

const MODIFIERS: ReadonlySet<string> = new Set(['oneof', 'anyof', 'allof'])

/** Operators that compare with a string can be modified; those that compare with a number or a list can't. */
const MODIFIED_OPERATORS: ReadonlySet<string> = new Set(
  OPERATORS.filter(
    (operator) =>
      !['exists', '<', '<=', '>', '>='].includes(operator) &&
      !LIST_OPERATORS.some((list) => list === operator),
  ),
)

export function textOf(entry: ExceptionEntry): string {
  return entry.kind === 'item' ? entry.text : ''
}

function fault(message: string, { context }: ExceptionDefinition): RuleFault {
  return new RuleFault('LOAD_ERR_VALIDATE', message, context)
}
