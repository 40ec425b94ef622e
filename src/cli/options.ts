import { UsageError } from './exit.ts'
import { cliMessages } from './messages.ts'

/**
 * The value of an option that takes one of a few.
 *
 * @throws UsageError for any other
 */
export function choiceOf<const Value extends string>(
  option: string,
  value: string,
  known: readonly Value[],
): Value {
  const found = known.find((each) => each === value)
  if (found !== undefined) return found
  const message = cliMessages.make['unknown-value']({ option, value, known })
  throw new UsageError('ERR_OPTION_VALUE', message, cliMessages)
}

/** @throws UsageError for an option that has a meaning only beside another */
export function needs(option: string, other: string): UsageError {
  return new UsageError('ERR_OPTION_NEEDS', cliMessages.make['option-needs']({ option, other }), cliMessages)
}
