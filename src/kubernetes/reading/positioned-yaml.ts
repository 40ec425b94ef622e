import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml'
import { MAX_ALIASED_NODES } from './compose.ts'
import { blankFlowBreaks } from './flow-breaks.ts'
import { indicatorOf } from './indicator.ts'

/** A node of a YAML text with its place; offsets are UTF-16 units into the text. Aliases are the nodes that they name. */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping

export interface YamlScalar {
  readonly kind: 'scalar'
  /** The text as YAML means it: unquoted, unescaped, folded. */
  readonly value: string
  /** Neither quoted nor a block: `null`, `yes`, `12` may stand for something else than their letters. */
  readonly isPlain: boolean
  /** As written, `''` for none. */
  readonly tag: string
  /** Where the node begins: its anchor or tag, its opening quote, its `>` or `|`. */
  readonly start: number
  /** Where the characters of the value stand. */
  readonly content: { readonly start: number; readonly end: number; readonly style: ScalarStyle }
}

type ScalarStyle = 'plain' | 'single-quoted' | 'double-quoted' | 'literal' | 'folded'

export interface YamlSequence {
  readonly kind: 'sequence'
  readonly items: readonly YamlNode[]
  readonly start: number
}

export interface YamlMapping {
  readonly kind: 'mapping'
  /** As they stand, duplicates included; merge keys (`<<`) are keys like any other. */
  readonly entries: readonly YamlEntry[]
  readonly start: number
}

export interface YamlEntry {
  readonly key: YamlNode
  readonly value: YamlNode
}

/** Why a text is no YAML: the parser's own reason, and where. */
interface YamlSyntaxProblem {
  readonly reason: string
  readonly offset: number
}

export type PositionedYaml =
  | { readonly ok: true; readonly documents: readonly YamlNode[] }
  | { readonly ok: false; readonly problem: YamlSyntaxProblem }

/**
 * Reads every document of a YAML text without giving its scalars types: what a plain `yes` or `12` is, its reader decides.
 *
 * @returns the documents' root nodes, or the first fault; an empty document is a plain scalar `''`. Never throws.
 */
export function readPositionedYaml(text: string): PositionedYaml {
  try {
    return { ok: true, documents: composeTolerantly(text) }
  } catch (error) {
    if (error instanceof YAMLException)
      return { ok: false, problem: { reason: error.reason, offset: error.mark?.position ?? 0 } }
    if (error instanceof AliasProblem)
      return { ok: false, problem: { reason: error.message, offset: error.offset } }
    throw error
  }
}

/** Flow collections that are indented too little are read as if they were not; see blankFlowBreaks. */
function composeTolerantly(text: string): YamlNode[] {
  // Where a bracket closes on a line of its own, its indentation is rarely enough. A fault is told of the text as it is.
  const blanked = /^[ \t]*[\]}]/m.test(text) ? blankFlowBreaks(text) : undefined
  if (blanked?.isSame === true) {
    try {
      return compose(blanked.text, parseEvents(blanked.text, {}))
    } catch (error) {
      if (!(error instanceof YAMLException) && !(error instanceof AliasProblem)) throw error
    }
  }
  try {
    return compose(text, parseEvents(text, {}))
  } catch (error) {
    if (!(error instanceof YAMLException) || error.reason !== 'deficient indentation') throw error
    const { text: blank } = blanked ?? blankFlowBreaks(text)
    return compose(blank, parseEvents(blank, {}))
  }
}

class AliasProblem extends Error {
  readonly offset: number

  constructor(reason: string, offset: number) {
    super(reason)
    this.offset = offset
  }
}

interface Anchored {
  readonly node: YamlNode
  readonly size: number
}

function compose(text: string, events: readonly Event[]): YamlNode[] {
  const documents: YamlNode[] = []
  let anchors = new Map<string, Anchored>()
  let index = 0
  let aliasedNodes = 0
  let end = 0
  while (index < events.length) {
    index++
    anchors = new Map()
    documents.push(events[index]?.type === EVENT_ID.POP ? nothingAt(end) : node())
    index++
  }
  return documents

  function node(): YamlNode {
    const first = index
    const before = aliasedNodes
    const event = events[index++]
    if (event === undefined || event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP)
      throw new Error('event stream out of order')
    if (event.type === EVENT_ID.ALIAS) return aliased(event.anchorStart, event.anchorEnd)
    const made = composed(event)
    if (event.anchorStart >= 0)
      anchors.set(text.slice(event.anchorStart, event.anchorEnd), {
        node: made,
        size: index - first + aliasedNodes - before,
      })
    return made
  }

  function composed(event: Exclude<Event, { type: 1 | 5 | 6 }>): YamlNode {
    if (event.type === EVENT_ID.SCALAR) return scalar(event)
    const start = beginning(event, event.start)
    if (event.type === EVENT_ID.SEQUENCE) {
      const items: YamlNode[] = []
      while (events[index]?.type !== EVENT_ID.POP) items.push(node())
      index++
      return { kind: 'sequence', items, start }
    }
    const entries: YamlEntry[] = []
    while (events[index]?.type !== EVENT_ID.POP) entries.push({ key: node(), value: node() })
    index++
    return { kind: 'mapping', entries, start }
  }

  function scalar(event: Extract<Event, { type: 4 }>): YamlScalar {
    const tag = event.tagStart < 0 ? '' : text.slice(event.tagStart, event.tagEnd)
    if (event.valueStart < 0) return { ...nothingAt(beginning(event, end)), tag }
    end = event.valueEnd
    return {
      kind: 'scalar',
      value: event.fast ? text.slice(event.valueStart, event.valueEnd) : getScalarValue(text, event),
      isPlain: event.style === SCALAR_STYLE.PLAIN && tag === '',
      tag,
      start: beginning(event, indicatorOf(text, event)),
      content: { start: event.valueStart, end: event.valueEnd, style: STYLES[event.style] },
    }
  }

  function aliased(start: number, finish: number): YamlNode {
    const name = text.slice(start, finish)
    const anchored = anchors.get(name)
    if (anchored === undefined) throw new AliasProblem(`unidentified alias "${name}"`, start - 1)
    aliasedNodes += anchored.size
    if (aliasedNodes > MAX_ALIASED_NODES) throw new AliasProblem('too many aliased nodes', start - 1)
    return anchored.node
  }
}

const STYLES: Readonly<Record<number, ScalarStyle>> & Readonly<Record<1 | 2 | 3 | 4 | 5, ScalarStyle>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single-quoted',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double-quoted',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
}

/** A value that is not there: `key:` with nothing behind it. */
function nothingAt(offset: number): YamlScalar {
  return {
    kind: 'scalar',
    value: '',
    isPlain: true,
    tag: '',
    start: offset,
    content: { start: offset, end: offset, style: 'plain' },
  }
}

/** A node begins with its anchor (`&name`) or tag, where it has one. */
function beginning(event: { anchorStart: number; tagStart: number }, start: number): number {
  const starts = [
    event.anchorStart < 0 ? start : event.anchorStart - 1,
    event.tagStart < 0 ? start : event.tagStart,
  ]
  return Math.max(0, Math.min(start, ...starts))
}
