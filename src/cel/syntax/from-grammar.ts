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
    const { case: kind, value } = from.exprKind
    const offset = offsetOf(from.id)
    // What a macro has become is pointed at by the parenthesis of the macro.
    const generated = kind !== 'selectExpr' && kind !== 'constExpr' && marks.masked[offset] === '.'
    const at = generated && kind !== 'callExpr' ? parenthesisAfter(offset + 1) : offset
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
    const field = marks.escaped.get(at) ?? value.field
    return { kind: 'select', at, operand, field, test: value.testOnly, optional }
  }

  function convertCall(value: Kind<'callExpr'>, at: number): Node {
    const args = value.args.map(convert)
    if (value.function === '_[_]' && marks.elements.has(at)) {
      used.add(at)
      return { kind: 'call', at, name: '_[?_]', args }
    }
    if (value.target === undefined) {
      if (value.function === 'has')
        throw new SyntaxFault(args[0]?.at ?? at, 'invalid argument to has() macro')
      const [first] = args
      const negated = value.function === '-_' && marks.masked.slice(at + 1, first?.at).trim() === ''
      // `- 5` is the literal of a negative number, `-(5)` is not.
      if (negated && first?.kind === 'constant' && typeof first.value === 'bigint')
        return { ...first, at, value: -first.value }
      if (negated && first?.kind === 'constant' && typeof first.value === 'number')
        return { ...first, at, value: -first.value }
      return { kind: 'call', at: callOffset(value.function, at, args), name: value.function, args }
    }
    const call = { at: parenthesisAfter(at + 1), name: value.function, target: convert(value.target), args }
    return expandMacro(call) ?? { kind: 'call', ...call }
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
      : { kind: 'struct', at: Math.max(at, marks.masked.indexOf('{', at)), type: value.messageName, fields }
  }

  function part(node: GrammarNode | undefined, at: number): Node {
    if (node === undefined) throw new SyntaxFault(at, 'Syntax error: a part of the expression is missing')
    return convert(node)
  }

  function offsetOf(id: bigint): number {
    return info?.positions[id.toString()] ?? 0
  }

  /** Operators stand where they are written; a call is pointed at by its parenthesis, as the API server does. */
  function callOffset(name: string, at: number, args: readonly Node[]): number {
    if (/^\w+$/.test(name)) return parenthesisAfter(at)
    if (marks.masked[at] === '.') return parenthesisAfter(at + 1)
    const [, second] = args
    if (name === '_?_:_' && second !== undefined)
      return Math.max(at, marks.masked.lastIndexOf('?', leftmost(second)))
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

/** Where the text of a node begins, but for parentheses and signs. */
function leftmost(node: Node): number {
  if (node.kind === 'select') return leftmost(node.operand)
  if (node.kind === 'comprehension') return leftmost(node.range)
  if (node.kind !== 'call') return node.at
  const first = node.target ?? (/^\w+$/.test(node.name) ? undefined : node.args[0])
  return first === undefined ? node.at : Math.min(node.at, leftmost(first))
}
