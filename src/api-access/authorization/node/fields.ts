import { listOf } from '../../../kubernetes/index.ts'
/** A value of an object, of whatever type it may be. */
export type Field = unknown

/** A field of an object; undefined where there is none, or where the value has no fields. */
export function fieldOf(value: Field, ...path: readonly string[]): Field {
  let found = value
  for (const name of path) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined
    found = (found as Readonly<Record<string, unknown>>)[name]
  }
  return found
}

/** The text of a field; empty where it is none. */
export function textOf(value: Field, ...path: readonly string[]): string {
  const found = fieldOf(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** The items of a field; none where it is no list. */
export function itemsOf(value: Field, ...path: readonly string[]): readonly Field[] {
  const found = fieldOf(value, ...path)
  return listOf(found)
}
