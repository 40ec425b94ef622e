import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import { hasNoJsonForm, resolvePlainKey, resolvePlainScalar } from './scalar.ts'

/** A second value for a key of the same mapping; offsets into the source. */
export interface DuplicateKey {
  readonly key: string
  readonly offset: number
}

/** A document's value, and what was noticed while it was put together. */
export interface Composed {
  readonly value: unknown
  readonly duplicates: readonly DuplicateKey[]
  /** Index of the event after the document's last one. */
  readonly end: number
}

/** Thrown for text that is well-formed YAML but stands for no Kubernetes object; caught by `document.ts`. */
export class ComposeError extends Error {
  readonly reason:
    | 'unknown-alias'
    | 'alias-of-itself'
    | 'alias-expansion'
    | 'merge-value'
    | 'complex-key'
    | 'tagged-scalar'
    | 'not-json'
  readonly offset: number
  readonly subject: string

  constructor(reason: ComposeError['reason'], offset: number, subject: string) {
    super(reason)
    this.reason = reason
    this.offset = offset
    this.subject = subject
  }
}

/**
 * How many nodes aliases may add to a document in all. Aliases share one object in memory, but whatever walks
 * the document visits each use; nested aliases grow exponentially («billion laughs»).
 */
export const MAX_ALIASED_NODES = 100_000

const MERGE_KEY = '<<'

/** Where an event's anchor stands in the source. */
interface Anchor {
  readonly anchorStart: number
  readonly anchorEnd: number
}

interface Anchored {
  value: unknown
  nodes: number
  /** False while its collection has not ended. */
  isFinished: boolean
}

/**
 * Puts the value of one document together from parser events, as Kubernetes reads YAML: mapping keys become
 * strings, plain scalars follow `resolvePlainScalar`, merge keys (`<<`) are filled in, aliases are shared.
 * Where a key stands twice the later value wins, as in sigs.k8s.io/yaml's lenient reading, and is noted.
 *
 * @param source - the text that the events' offsets refer to
 * @param events - of one or more documents
 * @param start - index of the event after the document's own
 * @throws ComposeError for aliases that are unknown, explode or stand inside what they mean, merges of what is not a
 *   mapping, collections as keys, values that do not fit their tags or have no JSON form
 */
export function composeDocument(source: string, events: readonly Event[], start: number): Composed {
  const duplicates: DuplicateKey[] = []
  let anchors: Map<string, Anchored> | undefined
  let index = start
  let aliasedNodes = 0
  const value = (events[index]?.type ?? EVENT_ID.POP) === EVENT_ID.POP ? null : node()
  return { value, duplicates, end: index + 1 }

  function node(): unknown {
    const event = events[index++] as Event
    switch (event.type) {
      case EVENT_ID.SCALAR: {
        const scalar = scalarValue(source, event)
        if (event.anchorStart >= 0) anchor(event, scalar, 1)
        return scalar
      }
      case EVENT_ID.MAPPING: {
        const first = index - 1
        const before = aliasedNodes
        const finish = event.anchorStart >= 0 ? unfinished(event) : undefined
        const object = mapping()
        finish?.(object, index - first + aliasedNodes - before)
        return object
      }
      case EVENT_ID.SEQUENCE: {
        const first = index - 1
        const before = aliasedNodes
        const items: unknown[] = []
        const finish = event.anchorStart >= 0 ? unfinished(event) : undefined
        while ((events[index] as Event).type !== EVENT_ID.POP) items.push(node())
        index++
        finish?.(items, index - first + aliasedNodes - before)
        return items
      }
      case EVENT_ID.ALIAS:
        return alias(event.anchorStart, event.anchorEnd)
      default:
        throw new Error('event stream out of order')
    }
  }

  function mapping(): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    let merges: unknown[] | undefined
    for (let event = events[index] as Event; event.type !== EVENT_ID.POP; event = events[index] as Event) {
      if (event.type !== EVENT_ID.SCALAR) throw new ComposeError('complex-key', offsetOf(event), '')
      index++
      const key = keyText(source, event)
      if (event.anchorStart >= 0) anchor(event, key, 1)
      if (key === MERGE_KEY && event.style === SCALAR_STYLE.PLAIN) {
        merges ??= []
        merges.push(mergeSource(node(), event.valueStart))
        continue
      }
      if (object[key] !== undefined && Object.hasOwn(object, key))
        duplicates.push({ key, offset: event.valueStart })
      const value = node()
      if (key === '__proto__') define(object, key, value)
      else object[key] = value
    }
    index++
    if (merges !== undefined) for (const merge of merges) fill(object, merge)
    return object
  }

  function nameOf(event: Anchor): string {
    return source.slice(event.anchorStart, event.anchorEnd)
  }

  function anchor(event: Anchor, value: unknown, nodes: number): void {
    anchors ??= new Map()
    anchors.set(nameOf(event), { value, nodes, isFinished: true })
  }

  /**
   * YAML 1.2.2, 7.1: an alias means "the most recent preceding node having the same anchor", so one inside the
   * collection goes before the collection's own.
   */
  function unfinished(event: Anchor): (value: unknown, nodes: number) => void {
    const name = nameOf(event)
    anchors ??= new Map()
    const own: Anchored = { value: undefined, nodes: 0, isFinished: false }
    anchors.set(name, own)
    return (value, nodes) => {
      own.value = value
      own.nodes = nodes
      own.isFinished = true
    }
  }

  function alias(start: number, end: number): unknown {
    const name = source.slice(start, end)
    const anchored = anchors?.get(name)
    if (anchored === undefined) throw new ComposeError('unknown-alias', start, name)
    if (!anchored.isFinished) throw new ComposeError('alias-of-itself', start, name)
    aliasedNodes += anchored.nodes
    if (aliasedNodes > MAX_ALIASED_NODES) throw new ComposeError('alias-expansion', start, name)
    return anchored.value
  }
}

/** Where an event begins in the source; -1 for events without a place of their own. */
export function offsetOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start
    case EVENT_ID.ALIAS:
      return event.anchorStart
    default:
      return -1
  }
}

/** YAML 1.1 «merge»: the value is a mapping or a list of mappings; keys already present win over merged ones. */
function mergeSource(value: unknown, offset: number): unknown {
  const mappings = Array.isArray(value) ? value : [value]
  for (const mapping of mappings)
    if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping))
      throw new ComposeError('merge-value', offset, '')
  return value
}

function fill(object: Record<string, unknown>, merge: unknown): void {
  for (const mapping of Array.isArray(merge) ? merge : [merge])
    for (const [key, value] of Object.entries(mapping as object))
      if (!Object.hasOwn(object, key)) define(object, key, value)
}

/** Own property even for `__proto__`, which an assignment would take as the prototype. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}

function scalarValue(source: string, event: ScalarEvent): unknown {
  const text = event.fast ? source.slice(event.valueStart, event.valueEnd) : getScalarValue(source, event)
  if (event.tagStart >= 0) return taggedValue(source.slice(event.tagStart, event.tagEnd), text, event)
  if (event.style !== SCALAR_STYLE.PLAIN) return text
  if (hasNoJsonForm(text)) throw new ComposeError('not-json', event.valueStart, text)
  return resolvePlainScalar(event.valueStart < 0 ? '' : text)
}

/** `!!str 8080` is a string; other core tags must fit what the text says; local tags mean nothing to Kubernetes. */
function taggedValue(tag: string, text: string, event: ScalarEvent): unknown {
  if (tag === '!' || tag === '!!str' || tag === '!!binary' || !tag.startsWith('!!')) return text
  if (tag === '!!float' && hasNoJsonForm(text)) throw new ComposeError('not-json', event.valueStart, text)
  const value = resolvePlainScalar(text)
  const fits =
    (tag === '!!int' && Number.isInteger(value)) ||
    (tag === '!!float' && typeof value === 'number') ||
    (tag === '!!bool' && typeof value === 'boolean') ||
    (tag === '!!null' && value === null) ||
    tag === '!!timestamp'
  if (!fits) throw new ComposeError('tagged-scalar', event.tagStart, tag)
  return tag === '!!timestamp' ? text : value
}

function keyText(source: string, event: ScalarEvent): string {
  const text = event.fast ? source.slice(event.valueStart, event.valueEnd) : getScalarValue(source, event)
  if (event.style !== SCALAR_STYLE.PLAIN || event.tagStart >= 0 || text === MERGE_KEY) return text
  return resolvePlainKey(text)
}
