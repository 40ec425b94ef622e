import type { YamlMapping } from '../../../../kubernetes/index.ts'
import { indentOf, isBlank, isComment, type Lines, shifted, withSingleBlanks } from './lines.ts'

/** In which order the keys of an item stand; others follow in theirs. */
const KEY_ORDER = [
  'required_engine_version',
  'required_plugin_versions',
  'list',
  'macro',
  'rule',
  'desc',
  'desc_ko',
  'condition',
  'items',
  'threshold',
  'sequence',
  'exceptions',
  'enabled',
  'output',
  'priority',
  'source',
  'tags',
  'suppress',
  'warn_evttypes',
  'skip-if-unknown-filter',
  'capture',
  'capture_duration',
  'capture_events',
  'capture_filesize',
  'append',
  'override',
]

/** Lines that belong to one key: comments above it, the key, its value. */
interface KeyBlock {
  readonly key: string
  readonly lines: readonly string[]
  /** How many of the lines stand above the key's own. */
  readonly comments: number
}

/**
 * The lines of one item in the canonical layout: the dash in column 0, keys in column 2 and in their order.
 *
 * @param first, end - lines of the item, from its dash up to (not including) what belongs to the next
 * @returns undefined for an item whose layout is too unusual to be touched
 */
export function layOutItem(
  item: YamlMapping,
  lines: Lines,
  first: number,
  end: number,
): string[] | undefined {
  const blocks = keyBlocks(item, lines, first, end)
  if (blocks === undefined) return undefined
  const names = blocks.map(({ key }) => key)
  const isUnique = new Set(names).size === names.length
  const ordered = isUnique ? blocks.toSorted((a, b) => rank(a.key, names) - rank(b.key, names)) : blocks
  // A comment can't stand between the dash and the first key: it goes above the item.
  const [head] = ordered
  if (head === undefined) return undefined
  const above = head.lines.slice(0, head.comments).map((line) => shifted(line, -2))
  const [opening = '', ...rest] = head.lines.slice(head.comments)
  const others = ordered.slice(1).flatMap((block) => block.lines)
  return [...above, `- ${opening.trimStart()}`, ...rest, ...others]
}

function rank(key: string, names: readonly string[]): number {
  const known = KEY_ORDER.indexOf(key)
  return known >= 0 ? known : KEY_ORDER.length + names.indexOf(key)
}

function keyBlocks(item: YamlMapping, lines: Lines, first: number, end: number): KeyBlock[] | undefined {
  const column = lines.columnAt(item.start)
  const starts = item.entries.map(({ key }) => lines.lineAt(key.start))
  const isRegular = item.entries.every(
    ({ key }, index) =>
      key.kind === 'scalar' && lines.columnAt(key.start) === column && starts[index] !== starts[index - 1],
  )
  if (!isRegular || starts[0] !== first || !/^ *- +\S/.test(lines.text[first] ?? '')) return undefined
  const from = starts.map((start, index) => (index === 0 ? start : commentsAbove(lines, start, column)))
  return item.entries.map(({ key }, index) => {
    const start = starts[index] ?? first
    const begin = from[index] ?? first
    const until = from[index + 1] ?? end
    const body = lines.text
      .slice(begin, until)
      .map((line, at) => laidOut(line, lines, begin + at, start, column))
    return {
      key: key.kind === 'scalar' ? key.value : '',
      lines: lines.isKept.has(until - 1) ? body : trimmedBody(body, lines, begin),
      comments: withSingleBlanks(body.slice(0, start - begin)).length,
    }
  })
}

/** One line of a key's block, moved to where its key goes. */
function laidOut(line: string, lines: Lines, at: number, keyLine: number, column: number): string {
  const moved = shifted(at === keyLine ? line.replace(/^( *)-/, '$1 ') : line, 2 - column)
  if (lines.inBlock.has(at)) return moved
  const tidy = moved.trimEnd()
  return at === keyLine ? tidy.replace(/^( *[\w-]+:) {2,}(?=\S)/, '$1 ') : tidy
}

/** Comment lines right above a key, indented as it is. */
function commentsAbove(lines: Lines, key: number, column: number): number {
  let at = key
  for (;;) {
    const line = lines.text[at - 1]
    if (line === undefined || lines.inBlock.has(at - 1) || !isComment(line) || indentOf(line) > column)
      return at
    at--
  }
}

/** Without empty lines at the end, and with one in a row elsewhere, but for block scalars. */
function trimmedBody(body: readonly string[], lines: Lines, begin: number): string[] {
  const kept = body.filter(
    (line, at) => lines.inBlock.has(begin + at) || !isBlank(line) || !isBlank(body[at - 1] ?? ''),
  )
  while (kept.length > 0 && isBlank(kept.at(-1) ?? '')) kept.pop()
  return kept
}
