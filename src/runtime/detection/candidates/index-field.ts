import { type EventSource, parseOperand, type RawValue } from '../../rules/index.ts'

/** What an index reads of an event at one field: its text, undefined where it is absent, or `UNTOLD`. */
export const UNTOLD = Symbol('a value that an index cannot tell')
export type IndexValue = string | undefined | typeof UNTOLD

/** A field by which rules can be told apart before their conditions are tested. */
export interface IndexField<E> {
  readonly name: string
  read(event: E): IndexValue
}

/**
 * @param text the field as conditions print it, with its argument
 * @returns undefined for a field whose comparison with a constant is more than equality of texts, or of `true` and `false`:
 *   numbers, addresses, lists, and fields that stand for several values
 */
export function indexField<E>(text: string, source: EventSource<E>): IndexField<E> | undefined {
  const parsed = parseOperand(text)
  if (!parsed.ok || parsed.node.kind !== 'field') return undefined
  const lookup = source.catalogue.lookup(parsed.node.name, parsed.node.argument)
  if (!lookup.ok) return undefined
  const { field, type, argument } = lookup.resolved
  if ((type !== 'CHARBUF' && type !== 'BOOL') || field.list) return undefined
  if (field.several !== undefined && argument === undefined) return undefined
  const read = source.reader(lookup.resolved)
  if (type === 'BOOL') return { name: text, read: (event) => booleanText(read(event)) }
  return {
    name: text,
    read(event) {
      const value = read(event)
      if (typeof value === 'string') return value
      if (value === undefined || value === null) return undefined
      return typeof value === 'object' ? UNTOLD : String(value)
    },
  }
}

/** Events have truth values as such, as text, or as 0 and 1; conditions as text. */
function booleanText(value: RawValue): IndexValue {
  if (value === true || value === 'true' || value === '1' || value === 1) return 'true'
  if (value === false || value === 'false' || value === '0' || value === 0) return 'false'
  return typeof value === 'object' && value !== null ? UNTOLD : undefined
}
