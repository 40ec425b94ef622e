import type { BinaryCheckNode, UnaryCheckNode } from '../parser/index.ts'
import { aroundCheck } from './around.ts'
import { type Check, constantCheck, exists, fieldCheck, type Subject, type ValueCheck } from './check.ts'
import { compileOperand, type Operand, type OperandContext } from './operands.ts'
import { checkOperator, type Operator } from './operators.ts'
import { CompileProblem } from './value.ts'

/**
 * Makes one check. The order in which problems are looked for is Falco's: the left side, the operator, the
 * right side.
 *
 * @throws CompileProblem
 */
export function compileCheck<E>(
  node: BinaryCheckNode | UnaryCheckNode,
  context: OperandContext<E>,
): Check<E> {
  const left = compileOperand(node.left, context)
  if (node.kind === 'unary-check') return { left, ...exists }
  const operator: Operator = node.operator === '==' ? '=' : node.operator
  checkOperator(operator, left.type, left.list)
  const { right, modifier } = node
  if (right.kind === 'transformer') {
    const other = compileOperand(right, context)
    checkFields(left, operator, other)
    return { left, right: other, ...fieldCheck(left, operator) }
  }
  const values = right.kind === 'value' ? [right.value] : right.values
  if (left.field?.field.name === 'evt.around') return { left, ...aroundCheck(left, operator, values) }
  const constants = constantChecks.get(node)
  if (constants !== undefined && isAlike(constants.subject, left)) return { left, ...constants.check }
  const check = constantCheck(left, operator, modifier, values)
  constantChecks.set(node, { subject: left, check })
  return { left, ...check }
}

/**
 * A check is compiled for each source of events that it is held against, and once more where several rules share it through
 * a macro: sets of a thousand constants, patterns and regular expressions are made once.
 */
const constantChecks = new WeakMap<
  BinaryCheckNode,
  { readonly subject: Subject; readonly check: ValueCheck }
>()

function isAlike(left: Subject, right: Subject): boolean {
  return (
    left.type === right.type &&
    left.list === right.list &&
    left.several === right.several &&
    left.absentDiffers === right.absentDiffers
  )
}

function checkFields<E>(left: Operand<E>, operator: Operator, right: Operand<E>): void {
  if (operator === 'pmatch' || operator === 'regex') {
    throw new CompileProblem(`operator '${operator.toUpperCase()}' doesn't support right-hand side fields`)
  }
  if (left.type === 'IPNET') {
    throw new CompileProblem("field type 'IPNET' doesn't support right-hand side fields")
  }
  if (!left.comparable) {
    throw new CompileProblem(`field '${left.name}' doesn't support right-hand side fields`)
  }
  if (!right.comparable) {
    throw new CompileProblem(`field '${right.name}' can't be used as a right-hand side field`)
  }
  if (left.type === right.type && left.list === right.list) return
  throw new CompileProblem(
    `field '${left.name}' has type '${typeName(left)}' while the right-hand side field '${right.name}' has incompatible type '${typeName(right)}'`,
  )
}

function typeName<E>({ type, list }: Operand<E>): string {
  return list ? `${type} (list)` : type
}
