import type { ResolvedField } from '../fields/index.ts'
import {
  type OperandNode,
  printFilter,
  type TransformerNode,
  type TransformerOperandNode,
} from '../parser/index.ts'
import type { ReadSteps, Subject } from './check.ts'
import { asItIs, converter } from './conversion.ts'
import type { EventSource } from './event-source.ts'
import { readOptions } from './getopt.ts'
import { TRANSFORMERS } from './transformers.ts'
import { CompileProblem, type Read, type Scalar, type Value } from './value.ts'

/** A field or a transformer, ready to be read. */
export interface Operand<E> extends Subject {
  /** Operands with the same key are read alike. */
  readonly key: string
  readonly read: Read<E>
  readonly steps?: ReadSteps<E> | undefined
  /** The field's name without its argument, as Falco's messages give it. */
  readonly name: string
  /** Whether it may stand on a side of a comparison of two fields. */
  readonly comparable: boolean
  readonly transformable: boolean
  /** The field itself, where the operand is nothing but a field. */
  readonly field: ResolvedField | undefined
}

/** What reads are made from. */
export interface OperandContext<E> {
  readonly source: EventSource<E>
  readonly absentDiffers: boolean
}

/**
 * Makes what reads a field or a transformer.
 *
 * @throws CompileProblem for a field that does not exist, and a transformer that does not fit
 */
export function compileOperand<E>(node: OperandNode, context: OperandContext<E>): Operand<E> {
  if (node.kind === 'field') return fieldOperand(node.name, node.argument, context)
  return { ...compileTransformer(node, context), key: printFilter(node) }
}

function fieldOperand<E>(name: string, argument: string, context: OperandContext<E>): Operand<E> {
  const lookup = context.source.catalogue.lookup(name, argument)
  if (!lookup.ok) throw new CompileProblem(lookup.error)
  const { resolved } = lookup
  const { field, type } = resolved
  const raw = context.source.reader(resolved)
  const convert = converter(type, field.notation)
  return {
    key: resolved.text,
    read: (event) => convert(raw(event)),
    steps: { raw, convert, asItIs: asItIs(type) },
    type,
    list: field.list,
    several: resolved.argument === undefined ? field.several : undefined,
    absentDiffers: context.absentDiffers,
    name: field.name,
    comparable: field.comparable,
    transformable: field.transformable,
    field: resolved,
  }
}

function compileTransformer<E>(node: TransformerNode, context: OperandContext<E>): Operand<E> {
  if (node.name === 'val') {
    const [field] = node.operands
    if (field?.kind !== 'field') throw new CompileProblem("expected a field within 'val' transformer")
    return compileOperand(field, context)
  }
  if (node.operands.length > 1) return compileMultivalue(node, context)
  const transformer = Object.hasOwn(TRANSFORMERS, node.name) ? TRANSFORMERS[node.name] : undefined
  if (transformer === undefined) throw new CompileProblem(`unknown field transfomer '${node.name}'`)
  if (node.selector !== undefined) throw refusedSelector(node.name)
  const inner = compileArgument(node.operands[0], context)
  if (!inner.transformable) throw new CompileProblem(`field '${inner.name}' does not support transformers`)
  const outcome = transformer.typeOf(inner.type, inner.list)
  if (outcome === undefined) {
    throw new CompileProblem(
      `can't add field transformer: type '${inner.type}' is not supported by '${node.name}' transformer applied on ${inner.list ? 'list ' : ''}field '${inner.name}'`,
    )
  }
  const { read } = inner
  return {
    ...inner,
    ...outcome,
    read: (event) => transformer.apply(read(event)),
    steps: undefined,
    field: undefined,
  }
}

function compileArgument<E>(
  node: TransformerOperandNode | undefined,
  context: OperandContext<E>,
): Operand<E> {
  if (node === undefined) throw new CompileProblem('filter error: missing transformer argument')
  if (node.kind === 'field' || node.kind === 'transformer') return compileOperand(node, context)
  if (node.kind === 'value') {
    const { value } = node
    return { ...textOperand(context, false), read: () => value }
  }
  const reads = node.children.map((child) => compileArgument(child, context).read)
  return { ...textOperand(context, true), read: (event) => readList(reads, event) }
}

/** The texts of a list given in a condition; one that is absent makes the list absent. */
function readList<E>(reads: readonly Read<E>[], event: E): Value {
  const texts: string[] = []
  for (const read of reads) {
    const value = read(event)
    if (value === undefined) return undefined
    texts.push(textOf(value))
  }
  return texts
}

function compileMultivalue<E>(node: TransformerNode, context: OperandContext<E>): Operand<E> {
  const operands = node.operands.map((operand) => compileArgument(operand, context))
  switch (node.name) {
    case 'join':
      return withoutSelector(node, join(operands, context))
    case 'concat':
      return withoutSelector(node, concat(operands, context))
    case 'getopt':
      return getopt(operands, node.selector, context)
    default:
      throw new CompileProblem('unknown multivalue transformer')
  }
}

function join<E>(operands: readonly Operand<E>[], context: OperandContext<E>): Operand<E> {
  const [separator, list] = operands
  if (operands.length !== 2 || separator === undefined || list === undefined) {
    throw new CompileProblem('join() requires exactly 2 arguments: separator and list')
  }
  if (separator.list) {
    throw new CompileProblem('join() first argument (separator) must be a single value, not a list')
  }
  if (!list.list) throw new CompileProblem('join() second argument must be a list')
  return {
    ...textOperand(context, false),
    read: (event) => {
      const between = separator.read(event)
      const texts = list.read(event)
      if (between === undefined || typeof texts !== 'object') return undefined
      return texts.map(textOf).join(textOf(between))
    },
  }
}

function concat<E>(operands: readonly Operand<E>[], context: OperandContext<E>): Operand<E> {
  if (operands.some(({ type, list }) => type !== 'CHARBUF' || list)) {
    throw new CompileProblem('concat() arguments must be strings')
  }
  return {
    ...textOperand(context, false),
    read: (event) => {
      let text = ''
      for (const { read } of operands) {
        const part = read(event)
        if (part === undefined) return undefined
        text += textOf(part)
      }
      return text
    },
  }
}

function getopt<E>(
  operands: readonly Operand<E>[],
  selector: string | undefined,
  context: OperandContext<E>,
): Operand<E> {
  const [words, optionString] = operands
  if (operands.length !== 2 || words === undefined || optionString === undefined) {
    throw new CompileProblem('getopt() requires exactly 2 arguments: args list and optstring')
  }
  if (!words.list) throw new CompileProblem('getopt() first argument must be a list')
  if (optionString.list) {
    throw new CompileProblem('getopt() second argument (optstring) must be a single value')
  }
  if (words.type !== 'CHARBUF' || optionString.type !== 'CHARBUF') {
    throw new CompileProblem('getopt() arguments must be strings')
  }
  if (selector !== undefined && selector.length !== 1) {
    throw new CompileProblem('getopt() field argument must be a single option character')
  }
  return {
    ...textOperand(context, selector === undefined),
    // An option that is not given is no text to differ from.
    absentDiffers: false,
    read: (event) => {
      const given = words.read(event)
      const options = optionString.read(event)
      if (typeof given !== 'object' || options === undefined) return undefined
      const found = readOptions(given.map(textOf), textOf(options), selector)
      return selector === undefined ? found : found?.[0]
    },
  }
}

function withoutSelector<E>(node: TransformerNode, operand: Operand<E>): Operand<E> {
  if (node.selector !== undefined) throw refusedSelector(node.name)
  return operand
}

function refusedSelector(name: string): CompileProblem {
  return new CompileProblem(`transformer '${name}' does not support field arguments`)
}

function textOperand<E>(context: OperandContext<E>, list: boolean): Omit<Operand<E>, 'read'> {
  return {
    type: 'CHARBUF',
    list,
    several: undefined,
    absentDiffers: context.absentDiffers,
    key: '',
    name: '',
    comparable: true,
    transformable: true,
    field: undefined,
  }
}

function textOf(value: Value): string {
  if (typeof value === 'object') return value.map((element: Scalar) => String(element)).join(',')
  return String(value)
}
