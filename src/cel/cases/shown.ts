import { List } from '../values/list.ts'
import { Mapping } from '../values/mapping.ts'
import { Optional } from '../values/optional.ts'
import { formatDuration, formatTimestamp } from '../values/text.ts'
import { Duration, Opaque, Timestamp, TypeValue, Uint, type Value } from '../values/value.ts'

/** A value as the cases write it: with its type where JSON has none for it. */
export function shown(value: Value): unknown {
  switch (typeof value) {
    case 'bigint':
      return { int: String(value) }
    case 'number':
      return { double: Number.isFinite(value) ? String(value) : special(value) }
    case 'object':
      break
    default:
      return value
  }
  if (value === null) return null
  if (value instanceof Uint) return { uint: String(value.value) }
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') }
  if (value instanceof List) return { list: [...value].map(shown) }
  if (value instanceof Mapping) {
    const entries = [...value.keys()].map((key) => [shown(key), shown(value.get(key) ?? null)])
    return { map: entries.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)) }
  }
  if (value instanceof Optional)
    return value.value === undefined ? { none: true } : { optional: shown(value.value) }
  if (value instanceof Duration) return { 'google.protobuf.Duration': formatDuration(value) }
  if (value instanceof Timestamp) return { 'google.protobuf.Timestamp': formatTimestamp(value) }
  if (value instanceof TypeValue) return { type: 'type', value: value.type.name }
  return value instanceof Opaque ? { type: value.type.name, value: String(value) } : undefined
}

function special(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? '+Inf' : '-Inf'
}
