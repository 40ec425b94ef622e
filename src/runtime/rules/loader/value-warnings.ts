import { type BinaryCheckNode, TRANSFORMERS } from '../parser/index.ts'
import type { ConditionProblem } from './condition-check.ts'

/**
 * Constants that were probably meant otherwise: a field's name, a transformer, a pattern that needs no regular expression
 * (libs, filter.cpp, check_value_and_add_warnings).
 *
 * @param isField - whether a text is a field of the rule's source
 */
export function valueWarnings(
  { operator, right }: BinaryCheckNode,
  isField: (text: string) => boolean,
): ConditionProblem[] {
  if (right.kind === 'transformer') return []
  const values = right.kind === 'value' ? [right.value] : right.values
  return values.flatMap((value) => {
    // Fields have a dot, transformers a parenthesis: most of a list of a thousand constants have neither.
    if (operator !== 'regex' && !value.includes('.') && !value.includes('(')) return []
    const stripped = value.replaceAll(/[ \t\n\v\f\r]/g, '')
    const messages: string[] = []
    if (operator === 'regex' && isNeedlesslyRegular(value)) messages.push(needless(value))
    if (isField(stripped)) messages.push(`'${value}' may be a valid field misused as a const string value`)
    for (const transformer of TRANSFORMERS_AND_VAL)
      if (stripped.startsWith(`${transformer}(`) && stripped.endsWith(')'))
        messages.push(`'${value}' may be a valid field transformer misused as a const string value`)
    return messages.map((message) => ({ message, position: right.position }))
  })
}

const TRANSFORMERS_AND_VAL = ['val', ...TRANSFORMERS]

/** No special characters but an anchor, or any characters, at the beginning or the end. */
function isNeedlesslyRegular(pattern: string): boolean {
  const { length } = pattern
  for (let at = 0; at < length; at++) {
    const character = pattern[at] ?? ''
    if ((at === 0 && character === '^') || (at === length - 1 && character === '$')) continue
    const isEdge = (at === 0 && length > 1) || at === length - 2
    if (isEdge && character === '.' && '+*?'.includes(pattern[at + 1] ?? ' ')) {
      at++
      continue
    }
    if ('.+*?^$()[]{}|\\'.includes(character)) return false
  }
  return true
}

function needless(pattern: string): string {
  return `regex check with '${pattern}' may be optimized with simpler operators such as '=', 'contains', 'startswith', 'endswith'`
}
