/** Where the optional syntax of CEL stands in a source, and the source without it. */
export interface OptionalMarks {
  /** As long as the source, so that every offset means the same in both. */
  readonly masked: string
  /** Offsets of the dots in `a.?b`. */
  readonly selects: ReadonlySet<number>
  /** Offset of a bracket in `a[?i]` and `[?x, y, ?z]` → indices of the marked elements. */
  readonly elements: ReadonlyMap<number, ReadonlySet<number>>
  /** Offsets of the entries marked in `{?k: v}` and `T{?f: v}`. */
  readonly entries: ReadonlySet<number>
  /** Offset of the dot in ``a.`b-c` `` → the name. */
  readonly escaped: ReadonlyMap<number, string>
  /** Every mark, by the offset of its question mark. */
  readonly all: readonly number[]
  /** How deep brackets are nested. */
  readonly depth: number
  /** What no parser could make sense of, e.g. a bracket without its counterpart. */
  readonly fault?: { readonly at: number; readonly message: string }
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

interface Bracket {
  readonly open: string
  readonly at: number
  commas: number
}

/**
 * Takes the optional syntax (`a.?b`, `a[?i]`, `[?x]`, `{?k: v}`) and escaped names out of a CEL expression, which the
 * grammar of the CEL package does not know, and comments, by blanking them; what they marked is put back into the parsed tree. A
 * question mark right after `.`, `[`, `{` or `,` is never one of a conditional.
 */
export function maskOptionalSyntax(source: string): OptionalMarks {
  const selects = new Set<number>()
  const elements = new Map<number, Set<number>>()
  const entries = new Set<number>()
  const escaped = new Map<number, string>()
  const all: number[] = []
  const open: Bracket[] = []
  let depth = 0
  let masked = ''
  let copied = 0
  /** The last character that was neither space nor comment, and where it stood. */
  let last = ''
  let lastAt = -1

  for (let at = 0; at < source.length; ) {
    const character = source.charAt(at)
    const literal = literalEnd(source, at, last, lastAt)
    if (literal !== undefined) {
      if (literal < 0) return done({ at, message: 'Syntax error: string literal is not closed' })
      const odd = badEscape(source, at, literal)
      if (odd !== undefined) return done({ at: odd, message: 'Syntax error: invalid escape sequence' })
      last = '"'
      lastAt = literal - 1
      at = literal
      continue
    }
    if (character === '/' && source.charAt(at + 1) === '/') {
      const newline = source.indexOf('\n', at)
      const end = newline < 0 ? source.length : newline
      blank(at, end, ' ')
      at = end
      continue
    }
    if (character === '`' && last === '.') {
      const end = source.indexOf('`', at + 1)
      const name = /^`([-A-Za-z0-9_./ ]+)`$/.exec(source.slice(at, end + 1))?.[1]
      if (name === undefined) return done({ at, message: 'Syntax error: escaped name is not closed' })
      escaped.set(lastAt, name)
      blank(at, end + 1, '_')
      last = '_'
      lastAt = end
      at = end + 1
      continue
    }
    if (/\s/.test(character)) {
      at++
      continue
    }
    if (character === '?') mark(at)
    else if (character in CLOSING) {
      open.push({ open: character, at, commas: 0 })
      depth = Math.max(depth, open.length)
    } else if (character === ',') {
      const top = open.at(-1)
      if (top !== undefined) top.commas++
    } else if (character === ')' || character === ']' || character === '}') {
      const top = open.pop()
      if (top === undefined || CLOSING[top.open] !== character)
        return done({ at, message: `Syntax error: unexpected '${character}'` })
    }
    last = character
    lastAt = at
    at++
  }
  const unclosed = open.at(-1)
  if (unclosed !== undefined)
    return done({ at: unclosed.at, message: `Syntax error: '${unclosed.open}' is not closed` })
  return done()

  function mark(at: number): void {
    const top = open.at(-1)
    if (last === '.') selects.add(lastAt)
    else if (last !== '[' && last !== '{' && last !== ',') return
    else if (top?.open === '[') {
      const indices = elements.get(top.at) ?? new Set()
      elements.set(top.at, indices.add(top.commas))
    } else if (top?.open === '{') {
      // The grammar says either where an entry's own text begins or where the text before it ends.
      entries.add(lastAt + 1)
      entries.add(at + 1 + Math.max(0, source.slice(at + 1).search(/\S/)))
    } else return
    all.push(at)
    blank(at, at + 1, ' ')
  }

  function blank(from: number, to: number, filler: string): void {
    masked += source.slice(copied, from) + filler.repeat(to - from)
    copied = to
  }

  function done(fault?: { at: number; message: string }): OptionalMarks {
    const marks = { masked: masked + source.slice(copied), selects, elements, entries, escaped, all, depth }
    return fault === undefined ? marks : { ...marks, fault }
  }
}

const PREFIXED_QUOTE = /(?:[rR][bB]?|[bB][rR]?)?("""|'''|"|')/y

/** @returns where a string literal that starts here ends; -1 where it does not; undefined where none starts */
function literalEnd(source: string, at: number, last: string, lastAt: number): number | undefined {
  PREFIXED_QUOTE.lastIndex = at
  const match = PREFIXED_QUOTE.exec(source)
  const quote = match?.[1]
  if (match === null || quote === undefined) return undefined
  // The r of `for"x"` belongs to an identifier.
  if (match[0] !== quote && lastAt === at - 1 && /\w/.test(last)) return undefined
  const raw = /^[bB]?[rR]/.test(match[0])
  for (let index = at + match[0].length; index < source.length; index++) {
    if (source.startsWith(quote, index)) return index + quote.length
    const character = source.charAt(index)
    if (character === '\\' && !raw) index++
    else if (character === '\n' && quote.length === 1) return -1
  }
  return -1
}

const ESCAPE = /\\(?:[abfnrtv\\?"'`]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})?/g

/** @returns where a literal has a backslash that escapes nothing */
function badEscape(source: string, start: number, end: number): number | undefined {
  const literal = source.slice(start, end)
  if (!literal.includes('\\') || /^[bB]?[rR]/.test(literal)) return undefined
  for (const match of literal.matchAll(ESCAPE)) if (match[0] === '\\') return start + match.index
  return undefined
}
