import { List } from './list.ts'
import { Mapping } from './mapping.ts'
import { JsonList, JsonMap } from './native.ts'
import { Optional } from './optional.ts'
import { StructValue } from './struct.ts'
import { formatDuration, formatTimestamp } from './text.ts'
import { Duration, Timestamp, Uint, type Value } from './value.ts'

/**
 * A value as JSON: what an expression made, for objects and for other code. What has no JSON form is undefined.
 */
export function toJson(value: Value): unknown {
  switch (typeof value) {
    case 'bigint':
      return Number(value)
    case 'object':
      break
    default:
      return value
  }
  if (value === null) return null
  if (value instanceof JsonMap || value instanceof JsonList) return value.raw
  if (value instanceof List) return [...value].map(toJson)
  if (value instanceof Mapping)
    return Object.fromEntries([...value.keys()].map((key) => [String(key), toJson(value.get(key) ?? null)]))
  if (value instanceof StructValue)
    return Object.fromEntries([...value.fields].map(([name, field]) => [name, toJson(field)]))
  if (value instanceof Uint) return Number(value.value)
  if (value instanceof Timestamp) return formatTimestamp(value)
  if (value instanceof Duration) return formatDuration(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Optional) return value.value === undefined ? undefined : toJson(value.value)
  return undefined
}
