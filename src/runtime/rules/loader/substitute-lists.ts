/** A list whose items stand in conditions by its name. */
export interface SubstitutedList {
  readonly name: string
  readonly items: readonly string[]
}

/** The text of a condition with its lists filled in. */
export interface FilledText {
  readonly text: string
  /** What was filled in, by the name of its list. */
  readonly used: ReadonlyMap<string, string>
  /** How many lists there were. */
  readonly lists: number
}

/**
 * Puts the items of lists where their names stand in the text of a condition. Falco does so in the text, before it parses
 * (rule_loader_compiler.cpp, resolve_list), hence a name inside quotes is filled in too, and so does Haetae.
 *
 * @param text - a condition
 * @param lists - by name, in the order of their definition
 * @param earlier - what came of the text when there were only the first of these lists
 */
export function fillFurther(
  text: string,
  lists: ReadonlyMap<string, SubstitutedList>,
  earlier?: FilledText,
): FilledText {
  const known = earlier !== undefined && isAsBefore(earlier, lists) ? earlier : undefined
  if (known?.lists === lists.size) return known
  const used = new Map(known?.used)
  let condition = known?.text ?? text
  let next = known?.lists ?? 0
  const { names, positions, delimited } = orderOf(lists)
  // 1 at the place of each list that may stand in the condition.
  const waiting = delimited.slice()
  const awaitNames = (text: string) => {
    for (const word of wordsOf(text)) {
      const at = positions.get(word)
      if (at !== undefined) waiting[at] = 1
    }
  }
  awaitNames(condition)
  while (condition.length <= MAX_LENGTH) {
    const at = waiting.indexOf(1, next)
    if (at < 0) break
    next = at + 1
    const list = lists.get(names[at] ?? '')
    const substituted = list && substituteList(condition, undefined, list)
    if (list === undefined || substituted === undefined) continue
    condition = substituted.text
    const items = itemsOf(list)
    used.set(list.name, items)
    awaitNames(items)
  }
  return { text: condition, used, lists: lists.size }
}

/** The names of lists in their order: few of hundreds stand in a condition, whose words find them here. */
interface ListOrder {
  readonly names: readonly string[]
  readonly positions: ReadonlyMap<string, number>
  /** 1 for a name that is no word: it is warned of, and filled in all the same. */
  readonly delimited: Uint8Array
}

function orderOf(lists: ReadonlyMap<string, SubstitutedList>): ListOrder {
  const known = ORDERS.get(lists)
  // Lists that come later stand behind those that are there.
  if (known?.names.length === lists.size) return known
  const names = [...lists.keys()]
  const order = {
    names,
    positions: new Map(names.map((name, at) => [name, at])),
    delimited: Uint8Array.from(names, (name) => (HAS_DELIMITER.test(name) ? 1 : 0)),
  }
  ORDERS.set(lists, order)
  return order
}

const ORDERS = new WeakMap<ReadonlyMap<string, SubstitutedList>, ListOrder>()
const HAS_DELIMITER = /[ \t\n\r(),=]/

/** What stands between delimiters, as the name of a list does. */
function wordsOf(text: string): readonly string[] {
  return text.match(/[^ \t\n\r(),=]+/g) ?? []
}

/** Lists are added behind those that are there; one that is changed keeps its place. */
function isAsBefore(
  { used, lists: count }: FilledText,
  lists: ReadonlyMap<string, SubstitutedList>,
): boolean {
  if (count > lists.size) return false
  for (const [name, items] of used) {
    const list = lists.get(name)
    if (list === undefined || itemsOf(list) !== items) return false
  }
  return true
}

/**
 * Where a place of the text with its lists filled in stands in the text before.
 *
 * @param index - into the result of `substituteLists`
 * @returns an index into `text`; inside a list's items, where its name stands
 */
export function placeBeforeLists(text: string, lists: Iterable<SubstitutedList>, index: number): number {
  // Blanks before a name at the beginning are dropped with it.
  if (index === 0) return text.length - text.trimStart().length
  let condition = text
  let origins: readonly number[] = Array.from({ length: text.length + 1 }, (_, each) => each)
  for (const list of lists) {
    if (condition.length > MAX_LENGTH) break
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

/** Longer conditions are refused by the parser: there is no use in making them. */
const MAX_LENGTH = 4 * 1024 * 1024

function substituteList(
  text: string,
  origins: readonly number[] | undefined,
  list: SubstitutedList,
): { text: string; origins: readonly number[] | undefined } | undefined {
  const items = itemsOf(list)
  const made = new TextBuilder(origins)
  let done = 0
  let from = 0
  for (;;) {
    const start = text.indexOf(list.name, from)
    if (start < 0 || made.length > MAX_LENGTH) break
    const end = start + list.name.length
    if (!isDelimited(text, start, end)) {
      from = start + 1
      continue
    }
    made.copy(text, done, start)
    made.trimEnd()
    let next = end
    while (next < text.length && BLANKS.includes(text[next] ?? '')) next++
    // Nothing stands for the name: a comma beside it goes as well.
    if (items === '' && !made.dropComma() && text[next] === ',') next++
    // As Falco goes on after a name at the very beginning: one letter further.
    from = made.length === 0 ? next + 1 : next
    if (made.length > 0) made.add(' ', start)
    made.add(`${items} `, start)
    done = next
  }
  if (done === 0) return undefined
  made.copy(text, done, text.length)
  return made.result()
}

/** A list's items as they stand in a condition, which is put together once for all conditions that name the list. */
function itemsOf(list: SubstitutedList): string {
  const items = ITEMS.get(list) ?? list.items.map(quoteItem).join(', ')
  ITEMS.set(list, items)
  return items
}

const ITEMS = new WeakMap<SubstitutedList, string>()

/** Puts a text together from its end, in time proportional to its length. */
class TextBuilder {
  length = 0
  readonly #parts: string[] = []
  readonly #origins: readonly number[] | undefined
  readonly #places: number[] = []

  constructor(origins: readonly number[] | undefined) {
    this.#origins = origins
  }

  copy(text: string, start: number, end: number): void {
    this.#push(text.slice(start, end))
    if (this.#origins !== undefined)
      for (let at = start; at < end; at++) this.#places.push(this.#origins[at] ?? 0)
  }

  /** @param at - where what this stands for was in the text before */
  add(text: string, at: number): void {
    this.#push(text)
    if (this.#origins !== undefined)
      for (let count = 0; count < text.length; count++) this.#places.push(this.#origins[at] ?? 0)
  }

  trimEnd(): void {
    while (this.length > 0 && BLANKS.includes(this.#last())) this.#cut()
  }

  /** @returns whether there was one at the end */
  dropComma(): boolean {
    const hasComma = this.#last() === ','
    if (hasComma) this.#cut()
    return hasComma
  }

  result(): { text: string; origins: readonly number[] | undefined } {
    const end = this.#origins?.at(-1) ?? 0
    return {
      text: this.#parts.join(''),
      origins: this.#origins && [...this.#places.slice(0, this.length), end],
    }
  }

  #push(text: string): void {
    if (text === '') return
    this.#parts.push(text)
    this.length += text.length
  }

  #last(): string {
    return this.#parts.at(-1)?.at(-1) ?? ''
  }

  #cut(): void {
    const part = this.#parts.pop() ?? ''
    if (part.length > 1) this.#parts.push(part.slice(0, -1))
    this.length--
    if (this.#origins !== undefined) this.#places.pop()
  }
}

/** The name stands alone: at the ends of the text, or between blanks, parentheses, commas, equal signs. */
function isDelimited(text: string, start: number, end: number): boolean {
  return (
    (start === 0 || DELIMITERS.includes(text[start - 1] ?? '')) &&
    (end >= text.length || DELIMITERS.includes(text[end] ?? ''))
  )
}
