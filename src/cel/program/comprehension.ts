import type { ComprehensionNode, Node } from '../syntax/ast.ts'
import { List, ValueList } from '../values/list.ts'
import { keyOf, Mapping, ValueMap } from '../values/mapping.ts'
import { typeOf } from '../values/type-of.ts'
import { Failure, type Result, type Value } from '../values/value.ts'
import type { Frame, Step } from './frame.ts'
import type { Places, Planner } from './planner.ts'

/**
 * What macros such as `all`, `map` and `transformMap` have become: a loop that carries an accumulator. The elements of
 * a list, the keys of a map, or with two variables index and element, or key and value, are gone through in order.
 */
export function planComprehension(planner: Planner, node: ComprehensionNode, places: Places): Step {
  const place = (): number => places.next.count++
  const [accumulator, first, second] = [place(), place(), place()]
  const inResult = nested(places, [[node.accumulator, accumulator]])
  const inLoop = nested(inResult, [
    [node.variable, first],
    ...(node.variable2 === '' ? [] : [[node.variable2, second] as const]),
  ])
  const range = planner.plan(node.range, places)
  const init = planner.plan(node.init, places)
  const condition = planner.plan(node.condition, inLoop)
  const step = planStep(planner, node, inLoop, accumulator)
  const result = planner.plan(node.result, inResult)
  const isAlwaysTrue = condition.constant === true
  const two = node.variable2 !== ''

  return {
    run: (frame) => {
      const over = range.run(frame)
      if (over instanceof Failure) return over
      const { locals } = frame
      locals[accumulator] = init.run(frame)
      if (over instanceof List) {
        for (let index = 0; index < over.size; index++) {
          locals[first] = two ? BigInt(index) : over.at(index)
          if (two) locals[second] = over.at(index)
          if (!next(frame)) break
        }
      } else if (over instanceof Mapping) {
        for (const key of over.keys()) {
          locals[first] = key
          if (two) locals[second] = over.get(key) ?? null
          if (!next(frame)) break
        }
      } else return new Failure(`got '${typeOf(over).name}', expected iterable type`)
      return result.run(frame)
    },
  }

  function next(frame: Frame): boolean {
    if (!isAlwaysTrue && condition.run(frame) === false) return false
    frame.locals[accumulator] = step.run(frame)
    return true
  }
}

function nested(places: Places, more: readonly (readonly [string, number])[]): Places {
  return { names: new Map([...places.names, ...more]), next: places.next }
}

/** A list that a macro is still filling. */
class GrowingList extends ValueList {
  readonly growing: Value[]

  constructor(values: Value[]) {
    super(values)
    this.growing = values
  }
}

/** A map that a macro is still filling. */
class GrowingMap extends ValueMap {
  readonly growing: Map<string, readonly [Value, Value]>

  constructor(entries: Map<string, readonly [Value, Value]>) {
    super(entries)
    this.growing = entries
  }
}

/**
 * The step of a loop. `accumulator + [x]` adds to a list in place, and `cel.@mapInsert` to a map: nothing else can see
 * the accumulator, and a copy for every element would make the loop quadratic.
 */
function planStep(planner: Planner, node: ComprehensionNode, places: Places, accumulator: number): Step {
  return planGrowing(node.step)

  function planGrowing(step: Node): Step {
    if (step.kind !== 'call') return planner.plan(step, places)
    const [first, second, third] = step.args
    if (step.name === '_?_:_' && first !== undefined && second !== undefined && third !== undefined)
      return planFilter(planner.plan(first, places), planGrowing(second), isAccumulator(third))
    if (second === undefined || !isAccumulator(first)) return planner.plan(step, places)
    if (step.name === '_+_' && second.kind === 'list')
      return { run: growList(planner.plan(second, places), accumulator) }
    if (step.name === 'cel.@mapInsert')
      return {
        run: growMap(
          step.args.slice(1).map((arg) => planner.plan(arg, places)),
          accumulator,
        ),
      }
    return planner.plan(step, places)
  }

  function isAccumulator(other: Node | undefined): boolean {
    return other?.kind === 'identifier' && other.name === node.accumulator
  }

  function planFilter(condition: Step, step: Step, keepsElse: boolean): Step {
    if (!keepsElse) return planner.plan(node.step, places)
    return {
      run: (frame) => {
        const holds = condition.run(frame)
        if (holds === true) return step.run(frame)
        if (holds === false) return frame.locals[accumulator] ?? null
        return holds instanceof Failure ? holds : new Failure('no such overload')
      },
    }
  }
}

function growList(added: Step, accumulator: number): Step['run'] {
  return (frame): Result => {
    const list = frame.locals[accumulator] ?? null
    // The name of the accumulator and the addition.
    frame.charge(2)
    const more = added.run(frame)
    if (list instanceof Failure) return list
    if (more instanceof Failure) return more
    if (!(list instanceof List) || !(more instanceof List)) return new Failure('no such overload')
    const growing = list instanceof GrowingList ? list : new GrowingList([...list])
    for (const value of more) growing.growing.push(value)
    return growing
  }
}

function growMap(added: readonly Step[], accumulator: number): Step['run'] {
  return (frame): Result => {
    const map = frame.locals[accumulator] ?? null
    frame.charge(2)
    const [first, second] = added.map((step) => step.run(frame))
    for (const value of [map, first, second]) if (value instanceof Failure) return value
    if (!(map instanceof ValueMap)) return new Failure('no such overload')
    const growing = map instanceof GrowingMap ? map : new GrowingMap(new Map(map.entries))
    const entries =
      added.length === 1 && first instanceof Mapping
        ? [...first.keys()].map((key) => [key, first.get(key)] as const)
        : [[first as Value, second as Value] as const]
    for (const [key, value] of entries) {
      const name = keyOf(key)
      if (name === undefined) return new Failure('unsupported key type')
      if (growing.growing.has(name)) return new Failure(`insert failed: key ${String(key)} already exists`)
      growing.growing.set(name, [key, value ?? null])
    }
    return growing
  }
}
