import type { ExceptionDefinition, ExceptionEntry } from '../definitions.ts'
import { RuleFault } from '../diagnostic.ts'
import { joinTexts, madeText, type SourcedText } from '../sourced-text.ts'
import { quoteItem } from '../substitute-lists.ts'
import { takesList, textOf } from './validate.ts'

/** A condition with its exceptions in it, and the fields that they compare. */
export interface ExceptedCondition {
  readonly condition: SourcedText
  readonly fields: readonly string[]
}

/**
 * `(condition) and not (exception) and not …`, as Falco writes it (rule_loader_compiler.cpp, build_rule_exception_infos).
 *
 * @throws RuleFault LOAD_ERR_VALIDATE for values that do not fit the fields
 */
export function expandExceptions(
  condition: SourcedText,
  exceptions: readonly ExceptionDefinition[],
): ExceptedCondition {
  const fields = new Set<string>()
  let text = joinTexts('(', condition, ')')
  for (const exception of exceptions) {
    const made =
      exception.fields.kind === 'list' ? listForm(exception, fields) : singleForm(exception, fields)
    if (made !== '') text = joinTexts(text, ' and not ', madeText(made, exception.context))
  }
  return { condition: text, fields: [...fields].sort() }
}

/** One field: `(field in (value, value))`. */
function singleForm(
  { fields, comparisons, values, context }: ExceptionDefinition,
  used: Set<string>,
): string {
  if (values.length === 0) return ''
  const items = values.map((value) => {
    if (value.kind === 'list')
      throw new RuleFault('LOAD_ERR_VALIDATE', 'Expected values array to contain a list of strings', context)
    return quoteItem(textOf(value))
  })
  used.add(textOf(fields))
  return `(${textOf(fields)} ${textOf(comparisons)} (${items.join(', ')}))`
}

/** Several fields: `((field = value and field in (value, value)) or (…))`. */
function listForm(exception: ExceptionDefinition, used: Set<string>): string {
  const fields = itemsOf(exception.fields).map(textOf)
  const operators = itemsOf(exception.comparisons).map(textOf)
  const alternatives = exception.values.map((value) => {
    const values = itemsOf(value)
    if (values.length !== fields.length)
      throw new RuleFault(
        'LOAD_ERR_VALIDATE',
        'Fields and values lists must have equal length',
        exception.context,
      )
    const checks = fields.map((field, index) => {
      used.add(field)
      const operator = operators[index] ?? ''
      return ` ${field} ${operator} ${operand(values[index] ?? { kind: 'none' }, operator)}`
    })
    return `(${checks.join(' and ')})`
  })
  return alternatives.length === 0 ? '' : `(${alternatives.join(' or ')})`
}

function operand(value: ExceptionEntry, operator: string): string {
  if (value.kind === 'list') return `(${value.items.map((item) => quoteItem(textOf(item))).join(', ')})`
  const text = textOf(value)
  if (!takesList(operator)) return quoteItem(text)
  return text.startsWith('(') ? text : `(${text})`
}

function itemsOf(entry: ExceptionEntry): readonly ExceptionEntry[] {
  return entry.kind === 'list' ? entry.items : []
}
