import type { Fields } from '../../../kubernetes/index.ts'
/** Stands where a value was masked. */
export const MASK = 'haetae.io/redacted'

/** How many values were masked so far. */
export interface Tally {
  masked: number
}

/** @returns the mask, or the text itself where it is empty or masked already */
export function maskText(text: string, tally: Tally): string {
  if (text === '' || text === MASK) return text
  tally.masked += 1
  return MASK
}

/** Masks a value whole; of objects and lists every value inside, so that the names stay. */
export function maskValue(value: unknown, tally: Tally): unknown {
  if (value === null || value === undefined) return value
  if (typeof value === 'string') return maskText(value, tally)
  if (Array.isArray(value)) return mapList(value, (entry) => maskValue(entry, tally))
  if (typeof value === 'object') return mapObject(value as Fields, (entry) => maskValue(entry, tally))
  tally.masked += 1
  return MASK
}

/** @returns the list itself where no entry is changed */
export function mapList(
  list: readonly unknown[],
  change: (entry: unknown, index: number) => unknown,
): readonly unknown[] {
  let copy: unknown[] | undefined
  for (const [index, entry] of list.entries()) {
    const next = change(entry, index)
    if (next === entry) continue
    copy ??= [...list]
    copy[index] = next
  }
  return copy ?? list
}

/** @returns the object itself where no field is changed */
export function mapObject(object: Fields, change: (value: unknown, key: string) => unknown): Fields {
  let copy: Record<string, unknown> | undefined
  for (const key of Object.keys(object)) {
    const value = object[key]
    const next = change(value, key)
    if (next === value) continue
    copy ??= { ...object }
    // Not by assigning: "__proto__" is a name like any other here.
    Object.defineProperty(copy, key, { value: next, enumerable: true, configurable: true, writable: true })
  }
  return copy ?? object
}
