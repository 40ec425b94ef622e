import { decodeBytes, toByteString } from '../../texts/index.ts'
import { isAscii, lowerAscii } from './ascii.ts'
import { compileGlob } from './glob.ts'
import type { Comparison, Operator } from './operators.ts'
import { compilePathPrefixes } from './path-prefix.ts'
import { compileRegularExpression } from './regular-expression.ts'
import { CompileProblem, type Scalar } from './value.ts'

/** Whether one value of a field, which is there, satisfies a comparison with constants. */
export type ScalarTest = (value: Scalar) => boolean

/**
 * Makes the comparison of a value with one constant, for every operator that takes one.
 *
 * @param constant the constant, converted to the field's type
 * @throws CompileProblem for a constant that the operator cannot use
 */
export function compareWith(operator: Operator, comparison: Comparison, constant: Scalar): ScalarTest {
  if (operator === '=') return (value) => value === constant
  if (operator === '!=') return (value) => value !== constant
  if (typeof constant === 'string') return textTest(operator, comparison, constant)
  return orderTest(operator, constant)
}

function orderTest(operator: Operator, constant: Scalar): ScalarTest {
  switch (operator) {
    case '<':
      return (value) => value < constant
    case '<=':
      return (value) => value <= constant
    case '>':
      return (value) => value > constant
    case '>=':
      return (value) => value >= constant
    default:
      throw new CompileProblem(`filter error: '${operator}' operator not supported for numeric filters`)
  }
}

function textTest(operator: Operator, comparison: Comparison, constant: string): ScalarTest {
  const test = plainTextTest(operator, comparison, constant)
  return (value) => typeof value === 'string' && test(value)
}

function plainTextTest(
  operator: Operator,
  comparison: Comparison,
  constant: string,
): (value: string) => boolean {
  switch (operator) {
    case 'contains':
      if (!hasBytes(constant)) return (value) => value.includes(constant)
      return byBytes(constant, (value, bytes) => value.includes(bytes))
    case 'startswith':
      if (!hasBytes(constant)) return (value) => value.startsWith(constant)
      return byBytes(constant, (value, bytes) => value.startsWith(bytes))
    case 'endswith':
      if (!hasBytes(constant)) return (value) => value.endsWith(constant)
      return byBytes(constant, (value, bytes) => value.endsWith(bytes))
    case 'icontains':
      return ignoringCase(constant)
    case 'glob':
      return compileGlob(constant, false)
    case 'iglob':
      return compileGlob(constant, true)
    case 'regex':
      return compileRegularExpression(constant)
    case 'pmatch':
      return compilePathPrefixes([constant])
    case 'bcontains':
      return bufferTest(constant, (value, bytes) => value.includes(bytes))
    case 'bstartswith':
      return bufferTest(constant, (value, bytes) => value.startsWith(bytes))
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const order = orderTest(operator, toByteString(constant))
      return (value) => order(isAscii(value) ? value : toByteString(value))
    }
    default:
      throw new CompileProblem(
        `filter error: '${operator}' operator not supported for ${comparison === 'buffer' ? 'buffer' : 'string'} filters`,
      )
  }
}

/** Whether a constant has bytes that are no characters. */
export function hasBytes(constant: string): boolean {
  return /[\udc80-\udcff]/.test(constant)
}

/** Searches bytes in bytes, where text in text would not find parts of characters. */
function byBytes(
  constant: string,
  test: (value: string, bytes: string) => boolean,
): (value: string) => boolean {
  const bytes = toByteString(constant)
  return (value) => test(toByteString(value), bytes)
}

function ignoringCase(constant: string): (value: string) => boolean {
  const lower = lowerAscii(constant)
  if (!hasBytes(lower)) return (value) => lowered(value).includes(lower)
  return byBytes(lower, (value, bytes) => lowered(value).includes(bytes))
}

/** What was lowered last: rules look for many words in the same text. */
let given = ''
let lowerGiven = ''

function lowered(text: string): string {
  if (text === given) return lowerGiven
  lowerGiven = lowerAscii(text)
  given = text
  return lowerGiven
}

/** `bcontains` and `bstartswith`: the constant is written in hexadecimal. */
function bufferTest(
  constant: string,
  test: (value: string, bytes: string) => boolean,
): (value: string) => boolean {
  if (constant.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(constant)) {
    throw new CompileProblem('filter error: bcontains and bstartswith operator support hex strings only')
  }
  const bytes = Buffer.from(constant, 'hex')
  const exact = toByteString(decodeBytes(bytes))
  // A buffer that was printed shows NUL as a dot; so it is found in what was printed, too.
  const printed = exact.replaceAll('\0', '.')
  if (printed === exact) return (value) => test(toByteString(value), exact)
  return (value) => {
    const text = toByteString(value)
    return test(text, exact) || test(text, printed)
  }
}
