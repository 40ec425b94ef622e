import type { parse } from '@bufbuild/cel'
import { Uint, type Value } from '../values/value.ts'
import type { FieldEntry, MapEntry, Node } from './ast.ts'
import { expandMacro } from './macros.ts'
import type { OptionalMarks } from './optional-marks.ts'
import { SyntaxFault } from './syntax-fault.ts'

type Parsed = ReturnType<typeof parse>
type GrammarNode = Parsed['expr']
type Kind<Case extends GrammarNode['exprKind']['case']> = Extract<
  GrammarNode['exprKind'],
  { case: Case }
>['value']

/**
 * Turns the CEL package's tree into ours: with offsets in the nodes, the optional syntax put back, and those macros
 * expanded that the package does not know.
 *
 * @throws SyntaxFault for what stands where it must not
 */
export function fromGrammar(root: GrammarNode, info: Parsed['sourceInfo'], marks: OptionalMarks): Node {
  const used = new Set<number>()
  const node = convert(root)
  if (used.size < marks.all.length && countUsed() < marks.all.length)
    throw new SyntaxFault(marks.all[0] ?? 0, "Syntax error: unexpected '?'")
  return node

  function countUsed(): number {
    let count = 0
    for (const at of used) count += marks.elements.get(at)?.size ?? 1
    return count
  }

  function convert(from: GrammarNode): Node {
    const at = offsetOf(from.id)
    const { case: kind, value } = from.exprKind
    switch (kind) {
      case 'constExpr':
        return { kind: 'constant', at, value: constantOf(value, at) }
      case 'identExpr':
        return { kind: 'identifier', at, name: value.name }
      case 'selectExpr':
        return convertSelect(value, at)
      case 'callExpr':
        return convertCall(value, at)
      case 'listExpr': {
        const optional = marks.elements.get(at)
        if (optional !== undefined) used.add(at)
        return { kind: 'list', at, elements: value.elements.map(convert), optional: optional ?? NONE }
      }
      case 'structExpr':
        return convertStruct(value, at)
      case 'comprehensionExpr':
        return {
          kind: 'comprehension',
          at,
          range: part(value.iterRange, at),
          variable: value.iterVar,
          variable2: '',
          accumulator: value.accuVar,
          init: part(value.accuInit, at),
          condition: part(value.loopCondition, at),
          step: part(value.loopStep, at),
          result: part(value.result, at),
        }
      default:
        throw new SyntaxFault(at, 'Syntax error: not an expression')
    }
  }

  function convertSelect(value: Kind<'selectExpr'>, at: number): Node {
    const optional = !value.testOnly && marks.selects.has(at)
    if (optional) used.add(at)
    const operand = part(value.operand, at)
    return { kind: 'select', at, operand, field: value.field, test: value.testOnly, optional }
  }

  function convertCall(value: Kind<'callExpr'>, at: number): Node {
    const args = value.args.map(convert)
    if (value.function === '_[_]' && marks.elements.has(at)) {
      used.add(at)
      return { kind: 'call', at, name: '_[?_]', args }
    }
    if (value.target === undefined) {
      if (value.function === 'has') throw new SyntaxFault(at, 'invalid argument to has() macro')
      return { kind: 'call', at: callOffset(value.function, at), name: value.function, args }
    }
    const call = { at, name: value.function, target: convert(value.target), args }
    return expandMacro(call) ?? { kind: 'call', ...call, at: parenthesisAfter(at + 1) }
  }

  function convertStruct(value: Kind<'structExpr'>, at: number): Node {
    const fields: FieldEntry[] = []
    const entries: MapEntry[] = []
    for (const entry of value.entries) {
      const entryAt = offsetOf(entry.id)
      const optional = marks.entries.has(entryAt)
      if (optional) used.add(entryAt)
      const entryValue = part(entry.value, entryAt)
      if (entry.keyKind.case === 'fieldKey')
        fields.push({ at: entryAt, field: entry.keyKind.value, value: entryValue, optional })
      else entries.push({ at: entryAt, key: part(entry.keyKind.value, entryAt), value: entryValue, optional })
    }
    return value.messageName === ''
      ? { kind: 'map', at, entries }
      : { kind: 'struct', at, type: value.messageName, fields }
  }

  function part(node: GrammarNode | undefined, at: number): Node {
    if (node === undefined) throw new SyntaxFault(at, 'Syntax error: a part of the expression is missing')
    return convert(node)
  }

  function offsetOf(id: bigint): number {
    return info?.positions[id.toString()] ?? 0
  }

  /** Operators stand where they are written; a call is pointed at by its parenthesis, as the API server does. */
  function callOffset(name: string, at: number): number {
    if (/^\w+$/.test(name)) return parenthesisAfter(at)
    return at + Math.max(0, marks.masked.slice(at).search(/\S/))
  }

  function parenthesisAfter(at: number): number {
    const found = /^\s*[\w.]*\s*\(/.exec(marks.masked.slice(at, at + 1000))
    return found === null ? at : at + found[0].length - 1
  }
}

const NONE: ReadonlySet<number> = new Set()
const MAX_INT = 2n ** 63n - 1n

function constantOf(constant: Kind<'constExpr'>, at: number): Value {
  const { case: kind, value } = constant.constantKind
  switch (kind) {
    case 'boolValue':
    case 'stringValue':
    case 'doubleValue':
    case 'bytesValue':
      return value
    case 'nullValue':
      return null
    case 'int64Value':
      if (value > MAX_INT || value < -MAX_INT - 1n)
        throw new SyntaxFault(at, 'Syntax error: invalid int literal')
      return value
    case 'uint64Value':
      if (value > 2n * MAX_INT + 1n) throw new SyntaxFault(at, 'Syntax error: invalid uint literal')
      return new Uint(value)
    default:
      throw new SyntaxFault(at, 'Syntax error: unknown literal')
  }
}
