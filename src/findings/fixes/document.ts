import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { FieldPath } from '../../kubernetes/index.ts'
import { valueAt } from './steps.ts'

/** One document's text with its nodes; offsets are those of `text`. */
export interface EditableDocument {
  readonly text: string
  readonly root: Node
  readonly value: unknown
  /** Written as JSON: keys and strings stand between double quotes. */
  readonly isJson: boolean
  /** Names of anchors that are used. */
  readonly aliased: ReadonlySet<string>
  /** `\r\n` or `\n`, as the text has it. */
  readonly newline: string
}

/** Where in a document a path leads. */
export type Target =
  | { readonly kind: 'pair'; readonly map: YAMLMap; readonly index: number; readonly pair: Pair }
  | { readonly kind: 'item'; readonly list: YAMLSeq; readonly index: number }
  | { readonly kind: 'absent'; readonly holder: YAMLMap | YAMLSeq }

/** The text at a place is shared, or not what it was taken for. */
export class EditRefused extends Error {
  readonly reason: 'alias' | 'missing' | 'style'

  constructor(reason: EditRefused['reason']) {
    super(reason)
    this.reason = reason
  }
}

/** @returns undefined for text that is not one well-formed document, or an empty one */
export function readDocument(text: string): EditableDocument | undefined {
  let document: Document.Parsed
  let value: unknown
  try {
    document = parseDocument(text, {
      // Where a key stands twice the last one counts, as in Kubernetes' own reading.
      uniqueKeys: false,
      merge: true,
      prettyErrors: false,
      logLevel: 'silent',
    })
    if (document.errors.length > 0 || !isNode(document.contents)) return undefined
    value = document.toJS()
  } catch {
    // Too many aliases: what is not to be expanded is not to be edited either.
    return undefined
  }
  const aliased = new Set<string>()
  if (text.includes('*'))
    visit(document, {
      Alias: (_, alias) => {
        aliased.add(alias.source)
      },
    })
  return {
    text,
    root: document.contents,
    value,
    isJson: isJson(text),
    aliased,
    newline: /\r\n/.test(text) ? '\r\n' : '\n',
  }
}

/**
 * The path of the object that an offset lies in: empty for a document that is one object, of the item for `List`
 * kinds.
 */
export function objectAt(document: EditableDocument, offset: number): FieldPath {
  const path: (string | number)[] = []
  let node: unknown = document.root
  while (isMap(node)) {
    const kind = node.get('kind')
    const items: unknown = node.get('items', true)
    if (typeof kind !== 'string' || !kind.endsWith('List') || !isSeq(items)) break
    const index = items.items.findIndex((item) => isNode(item) && covers(item, offset))
    if (index < 0) break
    path.push('items', index)
    node = items.items[index]
  }
  return path
}

function covers(node: Node, offset: number): boolean {
  const [start, , end] = node.range ?? [0, 0, 0]
  return offset >= start && offset < end
}

/**
 * Finds the place of a field.
 *
 * @throws EditRefused where the way leads through an alias, a merge key or an anchor in use, since an edit there
 *   would change other places too; or where there is no such place
 */
export function findTarget(document: EditableDocument, path: FieldPath): Target {
  let node: unknown = document.root
  let target: Target | undefined
  for (let depth = 0; depth < path.length; depth++) {
    const part = path[depth]
    assertOwn(document, node)
    if (isMap(node) && typeof part === 'string') target = pairTarget(document, node, path.slice(0, depth + 1))
    else if (isSeq(node) && typeof part === 'number')
      target =
        part < node.items.length
          ? { kind: 'item', list: node, index: part }
          : { kind: 'absent', holder: node }
    else throw new EditRefused('missing')
    if (target.kind === 'absent') {
      if (depth === path.length - 1) return target
      throw new EditRefused('missing')
    }
    node = target.kind === 'pair' ? target.pair.value : target.list.items[target.index]
  }
  if (target === undefined) throw new EditRefused('missing')
  if (isAlias(node)) throw new EditRefused('alias')
  return target
}

/** Refuses what is shared with other places of the document. */
export function assertOwn(document: EditableDocument, node: unknown): void {
  if (isAlias(node)) throw new EditRefused('alias')
  if (
    isNode(node) &&
    'anchor' in node &&
    typeof node.anchor === 'string' &&
    document.aliased.has(node.anchor)
  )
    throw new EditRefused('alias')
}

function pairTarget(document: EditableDocument, map: YAMLMap, path: FieldPath): Target {
  const name = path.at(-1)
  const index = map.items.findLastIndex((pair) => keyText(pair) === name)
  const pair = map.items[index]
  if (pair !== undefined) return { kind: 'pair', map, index, pair }
  // It comes out of a merged map; writing it here would only shadow that.
  if (valueAt(document.value, path) !== undefined) throw new EditRefused('alias')
  return { kind: 'absent', holder: map }
}

function keyText({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined
}

function isJson(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
