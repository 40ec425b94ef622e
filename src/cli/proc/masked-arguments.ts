import { secretInArgument } from '../../findings/index.ts'

const MASK = '********'

/** Arguments of a command line with what looks like a secret masked: whole values, and options without their value. */
export function maskedArguments(args: readonly string[]): readonly string[] {
  return args.map((argument, index) => {
    const previous = args[index - 1]
    if (
      previous !== undefined &&
      isOptionAlone(previous) &&
      secretInArgument(previous, argument) !== undefined
    )
      return MASK
    const secret = secretInArgument(argument, args[index + 1])
    if (secret === undefined || isOptionAlone(argument)) return argument
    const equals = argument.indexOf('=')
    return /^-{0,2}[\w.-]+=/.test(argument) ? `${argument.slice(0, equals + 1)}${MASK}` : MASK
  })
}

function isOptionAlone(argument: string): boolean {
  return /^--?[A-Za-z][\w.-]*$/.test(argument)
}
