import type { ValueCheck } from './check.ts'
import { parseInteger } from './integers.ts'
import type { Operand } from './operands.ts'
import type { Operator } from './operators.ts'
import { CompileProblem } from './value.ts'

/**
 * `evt.around[T] = D`: the event is at most D milliseconds from T, nanoseconds since 1970. The value is the time of the
 * event.
 */
export function aroundCheck<E>(left: Operand<E>, operator: Operator, values: readonly string[]): ValueCheck {
  if (operator !== '=')
    throw new CompileProblem("filter error: 'evt.around' supports '=' comparison operator only")
  const [milliseconds = ''] = values
  const distance = BigInt(parseInteger(milliseconds, 'UINT64')) * 1_000_000n
  const centre = BigInt(left.field?.argument ?? '0')
  return {
    test: (time) => {
      if (typeof time !== 'number' && typeof time !== 'bigint') return false
      const difference = BigInt(time) - centre
      return difference <= distance && -difference <= distance
    },
  }
}
