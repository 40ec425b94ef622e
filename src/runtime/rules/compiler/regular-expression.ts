import { RE2JS } from 're2js'
import { errorText } from '../../../messages/index.ts'
import { CompileProblem } from './value.ts'

/**
 * Makes the test of `regex`: the expression has to match the whole text. RE2 takes time in proportion to the length of
 * the text, whatever the expression.
 *
 * @throws CompileProblem for an expression that RE2 does not read; Falco would take it and never match
 */
export function compileRegularExpression(pattern: string): (text: string) => boolean {
  const expression = read(pattern)
  return (text) => expression.testExact(text)
}

function read(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    const reason = errorText(error)
    throw new CompileProblem(`filter error: invalid regular expression '${pattern}': ${reason}`)
  }
}
