import { isRecord } from '../../../kubernetes/index.ts'
import type { SensedValue } from '../syscall-events.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a line would be JSON: `[pid  4711] …`, with which `strace -f` begins one, is none. */
export function beginsAsJson(line: string): boolean {
  return /^\s*(?:[{"]|\[(?!pid\s))/.test(line)
}

export function objectAt(value: JsonObject | undefined, key: string): JsonObject | undefined {
  const found = value?.[key]
  return isRecord(found) ? found : undefined
}

export function textAt(value: JsonObject | undefined, key: string): string | undefined {
  const found = value?.[key]
  return typeof found === 'string' ? found : undefined
}

/** A number, or digits: 64 bits come as text in the JSON of protocol buffers. */
export function numberAt(value: JsonObject | undefined, key: string): number | undefined {
  const found = value?.[key]
  if (typeof found === 'number') return found
  return typeof found === 'string' && /^-?\d{1,15}$/.test(found) ? Number(found) : undefined
}

/** What of an object can be the value of a field. */
export function fieldsOf(value: JsonObject): Record<string, SensedValue> {
  const fields: Record<string, SensedValue> = {}
  for (const [name, each] of Object.entries(value)) {
    if (each === null || typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean')
      fields[name] = each
    else if (
      Array.isArray(each) &&
      each.every((part) => typeof part === 'string' || typeof part === 'number')
    )
      fields[name] = each
  }
  return fields
}
