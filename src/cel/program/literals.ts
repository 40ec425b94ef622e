import type { ListNode, MapNode, StructNode } from '../syntax/ast.ts'
import { ValueList } from '../values/list.ts'
import { keyOf, ValueMap } from '../values/mapping.ts'
import { Optional } from '../values/optional.ts'
import { StructValue } from '../values/struct.ts'
import { Failure, type Result, type Value } from '../values/value.ts'
import { LIST_COST, MAP_COST, STRUCT_COST } from './cost.ts'
import { Frame, type Step } from './frame.ts'
import type { Places, Planner } from './planner.ts'

/** `[a, ?b]`: an optional element is left out where it has no value. */
export function planList(planner: Planner, { elements, optional }: ListNode, places: Places): Step {
  const steps = elements.map((element) => planner.plan(element, places))
  const build = (frame: Frame): Result => {
    const values: Value[] = []
    for (const [index, step] of steps.entries()) {
      const value = step.run(frame)
      if (value instanceof Failure) return value
      if (!optional.has(index)) values.push(value)
      else if (!(value instanceof Optional)) return notOptional()
      else if (value.value !== undefined) values.push(value.value)
    }
    return new ValueList(values)
  }
  return literal(planner, build, steps, LIST_COST)
}

/** `{key: value, ?key: value}`. */
export function planMap(planner: Planner, { entries }: MapNode, places: Places): Step {
  const steps = entries.map(({ key, value, optional }) => ({
    key: planner.plan(key, places),
    value: planner.plan(value, places),
    optional,
  }))
  const build = (frame: Frame): Result => {
    const built = new Map<string, readonly [Value, Value]>()
    for (const { key, value, optional } of steps) {
      const keyValue = key.run(frame)
      if (keyValue instanceof Failure) return keyValue
      const name = keyOf(keyValue)
      if (name === undefined) return new Failure('unsupported key type')
      const made = value.run(frame)
      if (made instanceof Failure) return made
      if (!optional) built.set(name, [keyValue, made])
      else if (!(made instanceof Optional)) return notOptional()
      else if (made.value !== undefined) built.set(name, [keyValue, made.value])
    }
    return new ValueMap(built)
  }
  return literal(
    planner,
    build,
    steps.flatMap(({ key, value }) => [key, value]),
    MAP_COST,
  )
}

/** `Type{field: value, ?field: value}`; never folded into a constant. */
export function planStruct(planner: Planner, { type, fields }: StructNode, places: Places): Step {
  const steps = fields.map(({ field, value, optional }) => ({
    field,
    value: planner.plan(value, places),
    optional,
  }))
  const structType = { kind: 'struct', name: type, parameters: [] } as const
  return {
    run: (frame) => {
      const built = new Map<string, Value>()
      for (const { field, value, optional } of steps) {
        const made = value.run(frame)
        if (made instanceof Failure) return made
        if (!optional) built.set(field, made)
        else if (!(made instanceof Optional)) return notOptional()
        else if (made.value !== undefined) built.set(field, made.value)
      }
      frame.charge(STRUCT_COST)
      return new StructValue(structType, built)
    },
  }
}

/** A list or map is made once where all of its parts are constants, and costs nothing then. */
function literal(
  planner: Planner,
  build: (frame: Frame) => Result,
  parts: readonly Step[],
  cost: number,
): Step {
  if (parts.every(({ constant }) => constant !== undefined)) {
    const made = build(NO_FRAME)
    if (!(made instanceof Failure)) return planner.planConstant(made)
  }
  return {
    run: (frame) => {
      const made = build(frame)
      frame.charge(cost)
      return made
    },
  }
}

/** What constants are made with: nothing is asked of it. */
const NO_FRAME = new Frame({}, Number.POSITIVE_INFINITY)

function notOptional(): Failure {
  return new Failure('cannot initialize optional entry from non-optional value')
}
