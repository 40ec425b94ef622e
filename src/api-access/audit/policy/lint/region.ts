import { EVERYTHING, intersect, isEmpty, only, subtract, type ValueSet } from './value-set.ts'

/** The sides of a request that a rule can ask about. `path` is of non-resource requests, the five before it are not. */
export const SIDES = [
  'kind',
  'verb',
  'apiGroup',
  'resource',
  'subresource',
  'namespace',
  'name',
  'path',
  'user',
  'group',
] as const
export type Side = (typeof SIDES)[number]

/** Requests that have on each side one of a set of values: a box in a space with a dimension a side. */
export type Region = { readonly [S in Side]: ValueSet }

export const RESOURCE = 'resource'
export const NON_RESOURCE = 'non-resource'

export const ALL_REQUESTS: Region = {
  kind: only([RESOURCE, NON_RESOURCE]),
  verb: EVERYTHING,
  apiGroup: EVERYTHING,
  resource: EVERYTHING,
  subresource: EVERYTHING,
  namespace: EVERYTHING,
  name: EVERYTHING,
  path: EVERYTHING,
  user: EVERYTHING,
  group: EVERYTHING,
}

/** What two regions have in common; undefined for nothing. */
export function overlap(left: Region, right: Region): Region | undefined {
  const common: Partial<Record<Side, ValueSet>> = {}
  for (const side of SIDES) {
    const values = intersect(left[side], right[side])
    if (isEmpty(values)) return undefined
    common[side] = values
  }
  return common as Region
}

/** A cover and, where it matters, whose it is. */
export interface Cover {
  readonly region: Region
  readonly rule: number
}

/** What is left of a region when others are taken away. */
export interface Leftover {
  /** Requests that no cover has; undefined where all are covered, or where that took too long to tell. */
  readonly region: Region | undefined
  /** Whether every request is certain to be covered. */
  readonly isCovered: boolean
  /** The rules whose covers took something away, in their order. */
  readonly rules: readonly number[]
}

/**
 * Steps after which the search gives up: taking many small regions from a large one can double the pieces each time.
 * Real policies need hundreds.
 */
const MAX_STEPS = 20_000

/** Looks for requests of a region that are in none of the covers. */
export function leftover(region: Region, covers: readonly Cover[]): Leftover {
  const rules = new Set<number>()
  let steps = 0
  const found = search(region, 0)
  return {
    region: found === 'gave-up' ? undefined : found,
    isCovered: found === undefined,
    rules: [...rules].sort((a, b) => a - b),
  }

  function search(piece: Region, from: number): Region | 'gave-up' | undefined {
    for (let index = from; index < covers.length; index++) {
      if (++steps > MAX_STEPS) return 'gave-up'
      const { region: cover, rule } = covers[index] as Cover
      const pieces = without(piece, cover)
      if (pieces === undefined) continue
      rules.add(rule)
      for (const rest of pieces) {
        const found = search(rest, index + 1)
        if (found !== undefined) return found
      }
      return undefined
    }
    return piece
  }
}

/** A region without another, in pieces that do not overlap; undefined where they have nothing in common. */
function without(region: Region, other: Region): Region[] | undefined {
  if (overlap(region, other) === undefined) return undefined
  const pieces: Region[] = []
  let inside = region
  for (const side of SIDES) {
    const outside = subtract(inside[side], other[side])
    if (!isEmpty(outside)) pieces.push({ ...inside, [side]: outside })
    inside = { ...inside, [side]: intersect(inside[side], other[side]) }
  }
  return pieces
}
