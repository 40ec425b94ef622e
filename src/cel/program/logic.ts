import { Optional } from '../values/optional.ts'
import { Failure, type Result } from '../values/value.ts'
import type { Step } from './frame.ts'

/**
 * The operators that do not need all of their operands (CEL language definition, "Logical Operators": an error on one
 * side is absorbed by what the other decides). They cost nothing themselves.
 *
 * @returns undefined for another function
 */
export function planLogic(name: string, operands: readonly Step[]): Step | undefined {
  const [first, second] = operands
  if (first === undefined) return undefined
  switch (name) {
    case '_&&_':
      return { run: decided(operands, false) }
    case '_||_':
      return { run: decided(operands, true) }
    case '@not_strictly_false':
      return {
        run: (frame) => {
          const value = first.run(frame)
          frame.charge(1)
          return value !== false
        },
      }
    case 'or':
    case 'orValue':
      if (second === undefined) return undefined
      return { run: optionalElse(first, second, name === 'orValue') }
    default:
      return undefined
  }
}

/** @param decisive - the operand that decides: false for `&&` */
function decided(operands: readonly Step[], decisive: boolean): Step['run'] {
  return (frame) => {
    let failure: Failure | undefined
    for (const operand of operands) {
      const value = operand.run(frame)
      if (value === decisive) return decisive
      if (value === !decisive) continue
      failure ??= value instanceof Failure ? value : new Failure('no such overload')
    }
    return failure ?? !decisive
  }
}

function optionalElse(first: Step, second: Step, unwrap: boolean): Step['run'] {
  return (frame): Result => {
    const value = first.run(frame)
    if (value instanceof Failure) return value
    if (!(value instanceof Optional)) return new Failure('no such overload')
    if (value.value === undefined) return second.run(frame)
    return unwrap ? value.value : value
  }
}
