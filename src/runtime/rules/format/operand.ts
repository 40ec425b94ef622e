import {
  compileOperandOf,
  type EventSource,
  type RawScalar,
  type RawValue,
  type Scalar,
  type Value,
} from '../compiler/index.ts'
import type { Field } from '../fields/index.ts'
import type { OperandNode } from '../parser/index.ts'
import { visibleText } from './visible-text.ts'

/** What JSON shows of a field: an integer beyond 2^53 is a bigint, to be written digit by digit. */
export type OutputValue = string | number | bigint | boolean | null | readonly OutputValue[]

/** A field or a transformer of a template. */
export interface OutputOperand<E> {
  /** Its text; undefined where the event does not have it. Lists are `(a,b)`. */
  text(event: E): string | undefined
  /** Its value for JSON: numbers and booleans as such; null where the event does not have it. */
  json(event: E): OutputValue
}

/** @returns undefined for a field that does not exist or cannot be shown, and a transformer that does not fit */
export function compileOutput<E>(node: OperandNode, source: EventSource<E>): OutputOperand<E> | undefined {
  const compiled = compileOperandOf(node, source)
  if (!compiled.ok) return undefined
  const { read, field } = compiled.operand
  if (field === undefined) return computedOutput(read)
  if (field.field.filterOnly) return undefined
  const raw = (source.outputReader ?? source.reader).call(source, field)
  return plainOutput(raw, read, field.field)
}

/** A field is written as the event carries it: what is printed already is not printed anew. */
function plainOutput<E>(
  raw: (event: E) => RawValue,
  read: (event: E) => Value,
  field: Field,
): OutputOperand<E> {
  const isText = field.type === 'CHARBUF' && !field.list
  const printed = field.notation !== 'decimal' || field.several !== undefined || field.type === 'IPADDR'
  return {
    text: (event) => textOf(raw(event), field.list),
    json: (event) => {
      const value = raw(event)
      if (value === undefined || value === null) return null
      if (isText && typeof value === 'string') return visibleText(value)
      return jsonOf(printed ? value : (read(event) ?? value), field.list)
    },
  }
}

function computedOutput<E>(read: (event: E) => Value): OutputOperand<E> {
  return {
    text: (event) => {
      const value = read(event)
      return textOf(value, typeof value === 'object')
    },
    json: (event) => {
      const value = read(event)
      return jsonOf(value, typeof value === 'object')
    },
  }
}

function textOf(value: RawValue | Value, list: boolean): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object') return `(${value.map(String).join(',')})`
  return list ? `(${value})` : String(value)
}

function jsonOf(value: RawValue | Value, list: boolean): OutputValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'object') return value.map(jsonScalar)
  return list ? [jsonScalar(value)] : jsonScalar(value)
}

function jsonScalar(value: RawScalar | Scalar): string | number | bigint | boolean {
  if (typeof value === 'bigint') return exactNumber(value)
  return typeof value === 'string' ? visibleText(value) : value
}

/** As a number where one holds it exactly. */
export function exactNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
