/** A list whose items stand in conditions by its name. */
export interface SubstitutedList {
  readonly name: string
  readonly items: readonly string[]
}

/**
 * Puts the items of lists where their names stand in the text of a condition. Falco does so in the text, before it parses
 * (rule_loader_compiler.cpp, resolve_list), hence a name inside quotes is filled in too, and so does Haetae.
 *
 * @param text - a condition
 * @param lists - in the order of their definition
 * @param onUse - told the name of each list that was found
 */
export function substituteLists(
  text: string,
  lists: Iterable<SubstitutedList>,
  onUse: (name: string) => void,
): string {
  let condition = text
  for (const list of lists) {
    if (!condition.includes(list.name)) continue
    const substituted = substituteList(condition, undefined, list)
    if (substituted === undefined) continue
    condition = substituted.text
    onUse(list.name)
  }
  return condition
}

/**
 * Where a place of the text with its lists filled in stands in the text before.
 *
 * @param index - into the result of `substituteLists`
 * @returns an index into `text`; inside a list's items, where its name stands
 */
export function placeBeforeLists(text: string, lists: Iterable<SubstitutedList>, index: number): number {
  let condition = text
  let origins = Array.from({ length: text.length + 1 }, (_, each) => each)
  for (const list of lists) {
    const substituted = condition.includes(list.name) ? substituteList(condition, origins, list) : undefined
    if (substituted === undefined) continue
    condition = substituted.text
    origins = substituted.origins ?? origins
  }
  return origins[Math.min(index, origins.length - 1)] ?? text.length
}

/** An item with a blank gets double quotes, unless it begins with a quote. */
export function quoteItem(item: string): string {
  return item.includes(' ') && !item.startsWith('"') && !item.startsWith("'") ? `"${item}"` : item
}

const BLANKS = ' \t\n\r'
const DELIMITERS = `${BLANKS}(),=`

function substituteList(
  text: string,
  origins: number[] | undefined,
  list: SubstitutedList,
): { text: string; origins: number[] | undefined } | undefined {
  let condition = text
  let places = origins
  let isUsed = false
  const items = list.items.map(quoteItem).join(', ')
  let start = condition.indexOf(list.name)
  while (start >= 0) {
    let end = start + list.name.length
    if (isDelimited(condition, start, end)) {
      const found = start
      while (start > 0 && BLANKS.includes(condition[start - 1] ?? '')) start--
      while (end < condition.length && BLANKS.includes(condition[end] ?? '')) end++
      if (items === '') {
        // Nothing stands for the name: a comma beside it goes as well.
        if (start > 0 && condition[start - 1] === ',') start--
        else if (condition[end] === ',') end++
      }
      const before = start > 0 ? `${condition.slice(0, start)} ` : ''
      places = places && [
        ...places.slice(0, start),
        ...Array<number>(before.length - start + items.length + 1).fill(places[found] ?? 0),
        ...places.slice(end),
      ]
      condition = `${before}${items} ${condition.slice(end)}`
      start += items.length + 1
      isUsed = true
    }
    start = condition.indexOf(list.name, start + 1)
  }
  return isUsed ? { text: condition, origins: places } : undefined
}

/** The name stands alone: at the ends of the text, or between blanks, parentheses, commas, equal signs. */
function isDelimited(text: string, start: number, end: number): boolean {
  return (
    (start === 0 || DELIMITERS.includes(text[start - 1] ?? '')) &&
    (end >= text.length || DELIMITERS.includes(text[end] ?? ''))
  )
}
