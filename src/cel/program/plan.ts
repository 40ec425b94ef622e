import type { Checked } from '../check/checked.ts'
import type { CallNode, Node, SelectNode } from '../syntax/ast.ts'
import { Failure, type Result } from '../values/value.ts'
import { attributeOf, conditionalAttribute, presenceTest } from './attribute.ts'
import { planCall } from './call.ts'
import { planComprehension } from './comprehension.ts'
import type { Attribute, Qualifier, Step } from './frame.ts'
import { planList, planMap, planStruct } from './literals.ts'
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
        return planList(planner, node, places)
      case 'map':
        return planMap(planner, node, places)
      case 'struct':
        return planStruct(planner, node, places)
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
}

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
