import { child, type Json } from './json.ts'

/**
 * Collects the values at a path that leads through lists, as Falco's extractor does (k8saudit, getValuesRecursive): a
 * list on the way is followed into each of its elements, or into the one at `index`; a list at the end is one value.
 *
 * @returns undefined where the path ends before any list; an element that has no value stands as undefined in the array
 */
export function collect(value: Json, keys: readonly string[], index: number | undefined): Json[] | undefined {
  return collectFrom(value, keys, 0, index)
}

function collectFrom(
  start: Json,
  keys: readonly string[],
  depth: number,
  index: number | undefined,
): Json[] | undefined {
  let value = start
  for (let position = depth; position < keys.length; position++) {
    if (Array.isArray(value)) {
      if (index === undefined) return collectFromEach(value, keys, position)
      value = value[index]
      if (value === undefined) return undefined
    }
    const key = keys[position] ?? ''
    if (key !== '') value = child(value, key)
    if (value === undefined) return undefined
  }
  return [value]
}

function collectFromEach(list: readonly Json[], keys: readonly string[], depth: number): Json[] {
  const values: Json[] = []
  for (const element of list) {
    const found = collectFrom(element, keys, depth, undefined)
    if (found === undefined) values.push(undefined)
    else values.push(...found)
  }
  return values
}
