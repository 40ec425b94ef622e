import type { YamlEntry, YamlMapping, YamlNode, YamlScalar } from '../../../kubernetes/index.ts'
import { type Context, within } from './context.ts'
import { RuleFault } from './diagnostic.ts'

/** The value of a key; of the first one where the key stands twice, as yaml-cpp finds it. */
export function valueAt(mapping: YamlMapping, key: string): YamlNode | undefined {
  return entryOf(mapping, key)?.value
}

function entryOf(mapping: YamlMapping, key: string): YamlEntry | undefined {
  return mapping.entries.find((entry) => entry.key.kind === 'scalar' && entry.key.value === key)
}

/** YAML's null: a plain `~`, `null` or nothing. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.isPlain && NULLS.has(node.value)
}

const NULLS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL'])

/**
 * A key that must be there, as a scalar.
 *
 * @throws RuleFault LOAD_ERR_YAML_VALIDATE in Falco's words (rule_loader_reader.cpp, decode_val)
 */
export function requireScalar(mapping: YamlMapping, key: string, context: Context): YamlScalar {
  const value = valueAt(mapping, key)
  if (value === undefined) throw invalid(`Item has no mapping for key '${key}'`, context)
  if (isNull(value)) throw invalid(`Mapping for key '${key}' is empty`, context)
  const place = within(context, 'value for', value, key)
  if (value.kind !== 'scalar') throw invalid('Value is not a scalar value', place)
  if (value.value === '') throw invalid('Value must be non-empty', place)
  return value
}

export function requireText(mapping: YamlMapping, key: string, context: Context): string {
  return requireScalar(mapping, key, context).value
}

export function optionalText(mapping: YamlMapping, key: string, context: Context): string | undefined {
  return valueAt(mapping, key) === undefined ? undefined : requireText(mapping, key, context)
}

export function requireBoolean(mapping: YamlMapping, key: string, context: Context): boolean {
  const scalar = requireScalar(mapping, key, context)
  const value = booleanOf(scalar.value)
  if (value === undefined) throw invalid(UNDECODABLE, within(context, 'value for', scalar, key))
  return value
}

export function optionalBoolean(mapping: YamlMapping, key: string, context: Context): boolean | undefined {
  return valueAt(mapping, key) === undefined ? undefined : requireBoolean(mapping, key, context)
}

/** An unsigned number of 32 bits. */
export function requireCount(mapping: YamlMapping, key: string, context: Context): number {
  const scalar = requireScalar(mapping, key, context)
  const value = countOf(scalar.value)
  if (value === undefined) throw invalid(UNDECODABLE, within(context, 'value for', scalar, key))
  return value
}

export function optionalCount(mapping: YamlMapping, key: string, context: Context): number | undefined {
  return valueAt(mapping, key) === undefined ? undefined : requireCount(mapping, key, context)
}

/** The scalars of a list such as `items` or `tags`. */
export function requireScalars(mapping: YamlMapping, key: string, context: Context): YamlScalar[] {
  const value = valueAt(mapping, key)
  if (value === undefined) throw invalid(`Item has no mapping for key '${key}'`, context)
  const place = within(context, 'value for', value, key)
  if (value.kind !== 'sequence') throw invalid('Value is not a sequence', place)
  return value.items.map((item) => {
    if (item.kind === 'scalar') return item
    throw invalid('sequence value is not scalar', within(place, 'list item', item))
  })
}

const UNDECODABLE = "Can't decode YAML scalar value"

/** YAML 1.1's booleans in the spellings that yaml-cpp takes: all lower, all upper, or first letter upper. */
export function booleanOf(text: string): boolean | undefined {
  if (text !== text.toLowerCase() && text !== text.toUpperCase() && !/^[A-Z][a-z]*$/.test(text))
    return undefined
  return BOOLEANS.get(text.toLowerCase())
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 'true', 'on'].map((word) => [word, true] as const),
  ...['n', 'no', 'false', 'off'].map((word) => [word, false] as const),
])

/** As a C++ stream reads an unsigned number: decimal, `0x…`, or octal with a leading 0. */
export function countOf(text: string): number | undefined {
  const found = /^\s*\+?(0[xX][0-9a-fA-F]+|[0-9]+)\s*$/.exec(text)?.[1]
  if (found === undefined) return undefined
  if (/^0[0-9]+$/.test(found) && /[89]/.test(found)) return undefined
  const value = /^0[0-7]+$/.test(found) ? Number.parseInt(found, 8) : Number(found)
  return value <= 0xffffffff ? value : undefined
}

/** LOAD_ERR_YAML_VALIDATE: the structure of the file is wrong. */
export function invalid(message: string, context: Context): RuleFault {
  return new RuleFault('LOAD_ERR_YAML_VALIDATE', message, context)
}
