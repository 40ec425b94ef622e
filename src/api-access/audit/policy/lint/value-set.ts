/**
 * A set of texts: those listed, or (`inverted`) all but those listed. The latter is never empty, since there is always
 * another text.
 */
export interface ValueSet {
  readonly values: ReadonlySet<string>
  readonly inverted: boolean
}

export const EVERYTHING: ValueSet = { values: new Set(), inverted: true }

export function only(values: Iterable<string>): ValueSet {
  return { values: new Set(values), inverted: false }
}

/** What a rule's list stands for: "An empty list implies" every value. */
export function listed(values: readonly string[]): ValueSet {
  return values.length === 0 ? EVERYTHING : only(values)
}

export function isEmpty({ values, inverted }: ValueSet): boolean {
  return !inverted && values.size === 0
}

export function has({ values, inverted }: ValueSet, value: string): boolean {
  return values.has(value) !== inverted
}

export function intersect(left: ValueSet, right: ValueSet): ValueSet {
  if (left.inverted && right.inverted) return { values: left.values.union(right.values), inverted: true }
  if (left.inverted) return only(right.values.difference(left.values))
  if (right.inverted) return only(left.values.difference(right.values))
  return only(left.values.intersection(right.values))
}

/** What is in `left` and not in `right`. */
export function subtract(left: ValueSet, right: ValueSet): ValueSet {
  return intersect(left, complement(right))
}

/** What is in one of the two, or in both. */
export function unite(left: ValueSet, right: ValueSet): ValueSet {
  return complement(intersect(complement(left), complement(right)))
}

function complement({ values, inverted }: ValueSet): ValueSet {
  return { values, inverted: !inverted }
}
