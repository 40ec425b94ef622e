/** Items in double quotes, joined by commas: `"a", "b"`. What is in the items is not escaped. */
export function joinQuoted(items: readonly string[]): string {
  let joined = ''
  for (const item of items) joined += joined === '' ? `"${item}"` : `, "${item}"`
  return joined
}

/** The plural form for any count but one. */
export function pluralize(singular: string, plural: string, count: number): string {
  return count === 1 ? singular : plural
}

/** `container "a"` or `containers "a", "b"`. */
export function containersNamed(names: readonly string[]): string {
  return `${pluralize('container', 'containers', names.length)} ${joinQuoted(names)}`
}

/** Without repetitions, in the order of the code points (which is that of the bytes in UTF-8, as Go sorts). */
export function sortedSet(values: readonly string[]): readonly string[] {
  if (values.length < 2) return values
  return [...new Set(values)].sort(byCodePoint)
}

function byCodePoint(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  for (let index = 0; index < length; index++) {
    const difference = rank(one.charCodeAt(index)) - rank(other.charCodeAt(index))
    if (difference !== 0) return difference
  }
  return one.length - other.length
}

/** A UTF-16 code unit's rank among code points: surrogates stand for those above U+FFFF, hence come last. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit > 0xdfff ? unit - 0x800 : unit + 0x2000
}
