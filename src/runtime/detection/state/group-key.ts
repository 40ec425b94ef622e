import { createHash } from 'node:crypto'
import { compileOperandOf, type EventSource, parseOperand, type Value } from '../../rules/index.ts'

/** Longer texts are kept as their digest, so that the bound on keys is one on memory as well. */
const LONGEST_TEXT = 200

/**
 * Makes what tells events apart by the values of some fields (`by`).
 *
 * @returns what answers equal texts for events with equal values; absence is a value of its own
 */
export function groupKey<E>(fields: readonly string[], source: EventSource<E>): (event: E) => string {
  const reads = fields.map((field) => fieldText(field, source))
  const [only] = reads
  if (only === undefined) return () => ''
  if (reads.length === 1) return (event) => bounded(only(event) ?? '\0')
  return (event) => bounded(JSON.stringify(reads.map((read) => read(event) ?? null)))
}

/** Makes what reads a field, or a transformer of one, as a text of bounded length; undefined where it is absent. */
export function distinctText<E>(field: string, source: EventSource<E>): (event: E) => string | undefined {
  const read = fieldText(field, source)
  return (event) => {
    const text = read(event)
    return text === undefined ? undefined : bounded(text)
  }
}

function fieldText<E>(field: string, source: EventSource<E>): (event: E) => string | undefined {
  const parsed = parseOperand(field)
  const compiled = parsed.ok ? compileOperandOf(parsed.node, source) : undefined
  if (compiled === undefined || !compiled.ok) throw new TypeError(`not a field of the source: ${field}`)
  const { read } = compiled.operand
  return (event) => textOf(read(event))
}

function textOf(value: Value): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'object' ? JSON.stringify(value.map(String)) : String(value)
}

function bounded(text: string): string {
  return text.length <= LONGEST_TEXT ? text : createHash('sha256').update(text).digest('base64')
}
