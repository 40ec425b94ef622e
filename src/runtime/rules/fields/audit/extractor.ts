import { type Json, textOf, valueAt } from './json.ts'
import { collect } from './walk.ts'

/**
 * What a field is in an event: its text, the texts of a list, or undefined where the event has none. `null` is a list
 * that was found without any value in it: to a condition it is as absent as an empty one.
 */
export type Extracted = string | readonly string[] | null | undefined

export type Extract = (event: Json) => Extracted

/** Makes the extractor of a field for one argument: an index, a key, or none. */
export type MakeExtractor = (argument: string | undefined) => Extract

/** The value at fixed keys, as text. */
export function scalarAt(...keys: readonly string[]): MakeExtractor {
  const read: Extract = (event) => {
    const value = valueAt(event, keys)
    return value === undefined ? undefined : textOf(value)
  }
  return () => read
}

/** The list at fixed keys, each element as text; something that is no list is no value. */
export function listAt(...keys: readonly string[]): MakeExtractor {
  const read: Extract = (event) => {
    const value = valueAt(event, keys)
    if (!Array.isArray(value)) return undefined
    return value.length === 0 ? null : value.map(textOf)
  }
  return () => read
}

/** The values at a path through lists; elements without one are passed over. */
export function valuesAt(...keys: readonly string[]): MakeExtractor {
  return (argument) => {
    const index = indexOf(argument)
    return (event) => {
      const values = collect(event, keys, index)
      return values === undefined ? undefined : presentTexts(values)
    }
  }
}

/** The values at a path through lists; the field is absent unless every element has one. */
export function allValuesAt(...keys: readonly string[]): MakeExtractor {
  return (argument) => {
    const index = indexOf(argument)
    return (event) => {
      const values = collect(event, keys, index)
      if (values === undefined || values.includes(undefined)) return undefined
      return values.length === 0 ? null : values.map(textOf)
    }
  }
}

/** The elements of the lists at a path through lists, as one list. */
export function elementsAt(...keys: readonly string[]): MakeExtractor {
  return (argument) => {
    const index = indexOf(argument)
    return (event) => {
      const lists = collect(event, keys, index)
      if (lists === undefined) return undefined
      const texts = lists.flatMap((list) => (Array.isArray(list) ? list.map(textOf) : []))
      return texts.length === 0 ? null : texts
    }
  }
}

export function indexOf(argument: string | undefined): number | undefined {
  return argument === undefined ? undefined : Number(argument)
}

function presentTexts(values: readonly Json[]): readonly string[] | null {
  const texts: string[] = []
  for (const value of values) if (value !== undefined) texts.push(textOf(value))
  return texts.length === 0 ? null : texts
}
