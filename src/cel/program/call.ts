import type { Resolution } from '../check/checked.ts'
import type { CallCost, Overload } from '../check/declarations.ts'
import type { CallNode } from '../syntax/ast.ts'
import { List } from '../values/list.ts'
import { compareNumbers, isNumber } from '../values/numbers.ts'
import { compileRegex } from '../values/regex.ts'
import { Failure, type Result, type Value } from '../values/value.ts'
import { standardCost } from './cost.ts'
import { fits } from './fits.ts'
import type { Step } from './frame.ts'
import { noSuchOverload } from './no-such-overload.ts'
import { PlanFault } from './plan-fault.ts'

type Call = (...args: Value[]) => Result

/** Functions that turn a constant into a constant, once and for all. */
const CONVERSIONS = new Set([
  'bool',
  'bytes',
  'double',
  'duration',
  'dyn',
  'int',
  'string',
  'timestamp',
  'type',
  'uint',
])

/**
 * A call of a function. Where the types left one overload its id decides what the call costs; where they left several,
 * the first that fits the values is called.
 *
 * @throws PlanFault for a constant that cannot be converted
 */
export function planCall(
  { name, at }: CallNode,
  resolution: Resolution | undefined,
  args: readonly Step[],
): Step {
  if (resolution === undefined) throw new PlanFault(at, `unbound function: ${name}`)
  const { declaration, overloads } = resolution
  const [only] = overloads
  const id = overloads.length === 1 && only !== undefined ? only.id : ''
  const cost: CallCost = declaration.cost ?? ((values, _, overload) => standardCost(values, overload))

  if (name === '@in') {
    const member = constantMembership(id, args)
    if (member !== undefined) return member
  }
  const call = dispatch(declaration.name, overloads)
  const pattern = name === 'find' || name === 'findAll' ? args[1]?.constant : undefined
  const regex = typeof pattern === 'string' ? compileRegex(pattern) : undefined
  if (regex instanceof Failure) throw new PlanFault(at, regex.message)
  const [first] = args
  if (args.length === 1 && CONVERSIONS.has(declaration.name) && isValue(first?.constant)) {
    const converted = call(first.constant)
    if (converted instanceof Failure) throw new PlanFault(at, converted.message)
    return { run: () => converted, constant: converted }
  }
  return {
    run: (frame) => {
      const values: Value[] = []
      for (let index = 0; index < args.length; index++) {
        const value = args[index]?.run(frame) ?? null
        if (value instanceof Failure) {
          // A call whose last operand errs is counted; where an earlier one does it is not made.
          if (index === args.length - 1) frame.charge(cost([...values, null], value, id))
          return value
        }
        values.push(value)
      }
      const result = call(...values)
      frame.charge(cost(values, result, id))
      return result
    },
  }
}

function isValue(constant: Result | undefined): constant is Value {
  return constant !== undefined && !(constant instanceof Failure)
}

function dispatch(name: string, overloads: readonly Overload[]): Call {
  const [only] = overloads
  if (overloads.length === 1 && only !== undefined) {
    const call = only.call as Call
    const guards = only.args.map(fits)
    if (guards.every((guard) => guard === undefined)) return call
    return (...values) => {
      for (let index = 0; index < guards.length; index++)
        if (guards[index]?.(values[index] ?? null) === false) return noSuchOverload(name, values)
      return call(...values)
    }
  }
  const candidates = overloads.map(({ args, call }) => ({ guards: args.map(fits), call: call as Call }))
  return (...values) => {
    const found = candidates.find(({ guards }) =>
      guards.every((guard, index) => guard?.(values[index] ?? null) !== false),
    )
    return found === undefined ? noSuchOverload(name, values) : found.call(...values)
  }
}

/** `x in ['a', 'b']`, a list of constants: looked up in a set, which costs nothing. */
function constantMembership(id: string, [element, list]: readonly Step[]): Step | undefined {
  if (id !== 'in_list' || element === undefined || !(list?.constant instanceof List)) return undefined
  const members = [...list.constant]
  if (members.length === 0) return { run: () => false, constant: false }
  if (
    !members.every((member) => isNumber(member) || typeof member === 'string' || typeof member === 'boolean')
  )
    return undefined
  const set = new Set<Value>(members)
  const numbers = members.filter(isNumber)
  return {
    run: (frame) => {
      const value = element.run(frame)
      if (value instanceof Failure) return value
      if (isNumber(value)) return numbers.some((member) => compareNumbers(member, value) === 0)
      return set.has(value)
    },
  }
}
