import { isRecord, listOf, stringOf } from '../../../../kubernetes/index.ts'
/** What is read from JSON that others write: nothing in it is certain. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The value at the end of a path of keys. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value)
}

export function objectAt(value: unknown, ...path: readonly string[]): JsonObject | undefined {
  const found = valueAt(value, ...path)
  return isRecord(found) ? found : undefined
}

/** Empty where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = valueAt(value, ...path)
  return stringOf(found)
}

export function booleanAt(value: unknown, ...path: readonly string[]): boolean | undefined {
  const found = valueAt(value, ...path)
  return typeof found === 'boolean' ? found : undefined
}

/** Empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path)
  return listOf(found)
}

/** An object of texts, as labels are. */
export function textsAt(value: unknown, ...path: readonly string[]): ReadonlyMap<string, string> {
  return new Map(Object.entries(objectAt(value, ...path) ?? {}).map(([key, each]) => [key, String(each)]))
}
