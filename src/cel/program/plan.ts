import type { Checked } from '../check/checked.ts'
import type { CallNode, ListNode, MapNode, Node, SelectNode, StructNode } from '../syntax/ast.ts'
import { ValueList } from '../values/list.ts'
import { keyOf, ValueMap } from '../values/mapping.ts'
import { Optional } from '../values/optional.ts'
import { StructValue } from '../values/struct.ts'
import { Failure, type Result, type Value } from '../values/value.ts'
import { attributeOf, conditionalAttribute, presenceTest } from './attribute.ts'
import { planCall } from './call.ts'
import { planComprehension } from './comprehension.ts'
import { LIST_COST, MAP_COST, STRUCT_COST } from './cost.ts'
import { type Attribute, Frame, type Qualifier, type Step } from './frame.ts'
import { planLogic } from './logic.ts'
import type { Places, Planner } from './planner.ts'

/**
 * Makes a checked expression ready to run: a function a node, which calls those of its parts. What an evaluation costs
 * is counted where the API server's CEL counts it (cel-go, "interpreter/runtimecost.go"), with the same parts folded
 * into constants beforehand, which cost nothing.
 */
export function plan(checked: Checked): Step {
  const planner: Planner = {
    checked,
    plan: planNode,
    planConstant: constantStep,
    attribute: toAttribute,
    step: attributeStep,
  }
  return planNode(checked.root, { names: new Map(), next: { count: 0 } })

  function planNode(node: Node, places: Places): Step {
    switch (node.kind) {
      case 'constant':
        return constantStep(node.value)
      case 'identifier':
        return planNamed(node, places)
      case 'select':
        return planSelect(node, places)
      case 'call':
        return planCalled(node, places)
      case 'list':
        return planList(node, places)
      case 'map':
        return planMap(node, places)
      case 'struct':
        return planStruct(node, places)
      case 'comprehension':
        return planComprehension(planner, node, places)
    }
  }

  function planNamed(node: Parameters<Checked['references']['get']>[0], places: Places): Step {
    const reference = checked.references.get(node)
    switch (reference?.kind) {
      case 'type':
        return constantStep(reference.value)
      case 'local': {
        const place = places.names.get(reference.name) ?? -1
        return attributeStep(attributeOf(({ locals }) => locals[place] ?? null))
      }
      case 'variable': {
        const { name } = reference
        return attributeStep(attributeOf((frame) => frame.variable(name)))
      }
      default:
        return constantStep(new Failure('no such attribute(s)'))
    }
  }

  function planSelect(node: SelectNode, places: Places): Step {
    if (checked.references.has(node)) return planNamed(node, places)
    const attribute = toAttribute(planNode(node.operand, places))
    if (node.test) return { run: presenceTest(attribute, node.field) }
    return attributeStep(attribute.qualify({ key: () => node.field, optional: node.optional }))
  }

  function planCalled(node: CallNode, places: Places): Step {
    const resolution = checked.resolutions.get(node)
    const operands = resolution?.operands ?? node.args
    const steps = operands.map((operand) => planNode(operand, places))
    const [first, second, third] = steps
    switch (node.name) {
      case '_[_]':
      case '_[?_]':
        if (first === undefined || second === undefined) break
        return attributeStep(toAttribute(first).qualify(indexQualifier(second, node.name === '_[?_]')))
      case '_?_:_': {
        if (first === undefined || second === undefined || third === undefined) break
        const attribute = conditionalAttribute(first, toAttribute(second), toAttribute(third))
        return { run: attribute.resolve, attribute }
      }
      default:
    }
    return planLogic(node.name, steps) ?? planCall(node, resolution, steps)
  }

  function planList({ elements, optional }: ListNode, places: Places): Step {
    const steps = elements.map((element) => planNode(element, places))
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
    return literal(build, steps, LIST_COST)
  }

  function planMap({ entries }: MapNode, places: Places): Step {
    const steps = entries.map(({ key, value, optional }) => ({
      key: planNode(key, places),
      value: planNode(value, places),
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
      build,
      steps.flatMap(({ key, value }) => [key, value]),
      MAP_COST,
    )
  }

  function planStruct({ type, fields }: StructNode, places: Places): Step {
    const steps = fields.map(({ field, value, optional }) => ({
      field,
      value: planNode(value, places),
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
}

/** A list or map is made once where all of its parts are constants, and costs nothing then. */
function literal(build: (frame: Frame) => Result, parts: readonly Step[], cost: number): Step {
  if (parts.every(({ constant }) => constant !== undefined)) {
    const made = build(NO_FRAME)
    if (!(made instanceof Failure)) return constantStep(made)
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

function constantStep(value: Result): Step {
  return { run: () => value, constant: value }
}

function attributeStep(attribute: Attribute): Step {
  const { resolve, cost } = attribute
  return {
    run: (frame) => {
      const value = resolve(frame)
      frame.charge(cost)
      return value
    },
    attribute,
  }
}

/** What is no name can be asked for fields too: `f(x).y`. */
function toAttribute(step: Step): Attribute {
  return step.attribute ?? attributeOf(step.run)
}

function indexQualifier(index: Step, optional: boolean): Qualifier {
  // A name as an index costs as an index only.
  return { key: index.attribute?.resolve ?? index.run, optional }
}

function notOptional(): Failure {
  return new Failure('cannot initialize optional entry from non-optional value')
}
