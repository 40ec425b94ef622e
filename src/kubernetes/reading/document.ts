import { type Event, parseEvents, YAMLException } from 'js-yaml'
import type { FieldPath, KubernetesObject } from '../objects/types.ts'
import { miscasedWorkloadKind } from '../objects/workload.ts'
import { readBlocks } from './blocks/read-blocks.ts'
import { ComposeError, composeDocument, MAX_ALIASED_NODES } from './compose.ts'
import { readingMessages } from './messages.ts'
import { collectionEnds, FieldFinder, LineIndex, type Position } from './position.ts'
import type { InputProblem } from './problem.ts'
import { MAX_DOCUMENT_LENGTH, type TextDocument } from './split.ts'
import { jsonSyntaxMessage, syntaxMessage } from './syntax-error.ts'

const { make } = readingMessages

/** One Kubernetes object of an input, with the way back to where it stands. */
export interface SourceDocument {
  /** As the user named it; `<stdin>` for standard input. */
  readonly file: string
  /** Undecoded: fields may be null, mistyped or unknown (see `decodeObject`). */
  readonly object: KubernetesObject
  /**
   * The position of a field's key (of a list item's first character).
   * Where the path does not exist, of its nearest ancestor that does.
   */
  locate(path: FieldPath): Position
  /** The text of a 1-based line of the file; undefined where there is none. */
  lineAt(line: number): string | undefined
  /**
   * The object is not what the file says but what was made from it (a rendered template), or there is no file
   * (a live object): every position is line 1, column 1, and the object cannot be edited in place.
   */
  readonly isDerived?: boolean
}

/** What a piece of text turned out to hold. */
export interface ParsedText {
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly InputProblem[]
  /** Documents that are no manifests (values of a chart, settings of other programs) and were left out. */
  readonly others?: number
}

/**
 * How the text came to be read: `named` by the user, who says that it is a manifest, or `met` in a folder, where
 * anything may lie.
 */
export type Origin = 'named' | 'met'

/**
 * Reads the Kubernetes objects in one YAML or JSON document; `List` kinds give one document an item.
 *
 * @param file - name for messages
 * @param input - the document's text, and where it begins
 * @returns the objects, and every problem with its position; a problem does not hide the objects beside it
 */
export function parseDocument(file: string, input: TextDocument, origin: Origin = 'named'): ParsedText {
  const blocks = input.oversized || input.isJson === true ? undefined : readBlocks(input.text)
  if (blocks === undefined) return parseGenerally(file, input, origin)
  const { value, fields, lineStarts } = blocks
  const parsed = { documents: [], problems: [], others: 0 }
  if (origin === 'met' && isOther(value)) return { ...parsed, others: 1 }
  const lines = new LineIndex(input.text, input.line, input.column, lineStarts)
  collectObjects(value, { file, lines, fields }, parsed.documents, parsed.problems)
  return parsed
}

/** As `parseDocument`, for any text: the reader of plain blocks is held to this one. */
function parseGenerally(file: string, input: TextDocument, origin: Origin): ParsedText {
  const problems: InputProblem[] = []
  const documents: SourceDocument[] = []
  const lines = new LineIndex(input.text, input.line, input.column)
  const problem = (code: string, message: InputProblem['message'], offset: number) =>
    problems.push({ code, file, ...lines.positionAt(offset), message })

  if (input.oversized) {
    const limit = MAX_DOCUMENT_LENGTH / 1024 / 1024
    problem('ERR_DOCUMENT_TOO_LARGE', make['too-large']({ limit }), 0)
    return { documents, problems, others: 0 }
  }
  const replacement = input.text.indexOf('\uFFFD')
  if (replacement >= 0) {
    problem('ERR_TEXT_ENCODING', make.encoding({}), replacement)
    return { documents, problems, others: 0 }
  }

  let events: readonly Event[]
  try {
    events = parseEvents(input.text, {})
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const offset = error.mark?.position ?? 0
    if (/\{\{/.test(input.text))
      problem('ERR_TEMPLATE', make.template({}), templateOffset(input.text, offset))
    else if (input.isJson === true) problem('ERR_JSON_SYNTAX', jsonSyntaxMessage(error.reason), offset)
    else problem('ERR_YAML_SYNTAX', syntaxMessage(error.reason), offset)
    return { documents, problems, others: 0 }
  }

  let others = 0
  for (let index = 0; index < events.length; ) {
    const root = index + 1
    try {
      const composed = composeDocument(input.text, events, root)
      index = composed.end
      for (const { key, offset } of composed.duplicates)
        problem('ERR_YAML_DUPLICATE_KEY', make['duplicate-key']({ key }), offset)
      const view = { file, lines, fields: new FieldFinder(input.text, events, root) }
      if (origin === 'met' && isOther(composed.value)) others++
      else collectObjects(composed.value, view, documents, problems)
    } catch (error) {
      if (!(error instanceof ComposeError)) throw error
      // To YAML `{{ .Values.x }}` is a mapping whose key is a mapping.
      if (error.reason === 'complex-key' && input.text.startsWith('{', error.offset))
        problem('ERR_TEMPLATE', make.template({}), error.offset)
      else problem('ERR_YAML_REFUSED', composeMessage(error), Math.max(error.offset, 0))
      index = collectionEnds(events)[index] as number
    }
  }
  return { documents, problems, others }
}

/** All that is needed to find a field of a parsed document again. */
interface DocumentView {
  readonly file: string
  readonly lines: LineIndex
  readonly fields: { offsetOf(path: FieldPath): number }
}

/** Whether a document that was met in a folder is something else than a manifest: it has none or one of their marks. */
function isOther(value: unknown): boolean {
  if (value === null) return false
  if (typeof value !== 'object' || Array.isArray(value)) return true
  const marks = ['apiVersion', 'kind', 'metadata', 'spec', 'items'].filter((mark) =>
    Object.hasOwn(value, mark),
  )
  return marks.length < 2
}

/** An empty document is nothing; a `List` is its items; everything else must say what it is. */
function collectObjects(
  value: unknown,
  view: DocumentView,
  documents: SourceDocument[],
  problems: InputProblem[],
  base: FieldPath = [],
  inherited?: { apiVersion: string; kind: string },
): void {
  if (value === null && base.length === 0) return
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push({
      code: 'ERR_NOT_AN_OBJECT',
      file: view.file,
      ...locate(view, base),
      message: make['not-an-object']({}),
    })
    return
  }
  const record = value as Record<string, unknown>
  const apiVersion = record['apiVersion'] ?? inherited?.apiVersion
  const kind = record['kind'] ?? inherited?.kind
  for (const [field, given] of [
    ['apiVersion', apiVersion],
    ['kind', kind],
  ] as const) {
    if (typeof given === 'string' && given !== '') continue
    problems.push({
      code: 'ERR_NOT_AN_OBJECT',
      file: view.file,
      ...locate(view, [...base, field]),
      message:
        given === undefined || given === null || given === ''
          ? make['missing-type']({ field })
          : make['type-no-text']({ field, given: JSON.stringify(given).slice(0, LONGEST_SHOWN) }),
    })
    return
  }
  const object = (
    inherited === undefined || record['kind'] !== undefined ? record : { ...record, apiVersion, kind }
  ) as KubernetesObject
  if (object.kind.endsWith('List') && Array.isArray(object['items'])) {
    // A typed list (`PodList`) need not repeat the type in each item: apimachinery sets it from the list's.
    const itemType =
      object.kind === 'List' ? undefined : { apiVersion: object.apiVersion, kind: object.kind.slice(0, -4) }
    object['items'].forEach((item, position) => {
      collectObjects(item, view, documents, problems, [...base, 'items', position], itemType)
    })
    return
  }
  const meant = miscasedWorkloadKind(object)
  if (meant !== undefined) {
    problems.push({
      code: 'ERR_UNKNOWN_KIND',
      file: view.file,
      ...locate(view, [...base, 'kind']),
      message: make['unknown-kind']({ kind: object.kind, meant }),
    })
    return
  }
  documents.push(new ParsedDocument(object, view, base))
}

/** Characters of a value that is shown. */
const LONGEST_SHOWN = 40

class ParsedDocument implements SourceDocument {
  readonly object: KubernetesObject
  readonly #view: DocumentView
  readonly #base: FieldPath

  constructor(object: KubernetesObject, view: DocumentView, base: FieldPath) {
    this.object = object
    this.#view = view
    this.#base = base
  }

  get file(): string {
    return this.#view.file
  }

  locate(path: FieldPath): Position {
    return locate(this.#view, this.#base.length === 0 ? path : [...this.#base, ...path])
  }

  lineAt(line: number): string | undefined {
    return this.#view.lines.lineAt(line)
  }
}

function locate(view: DocumentView, path: FieldPath): Position {
  return view.lines.positionAt(view.fields.offsetOf(path))
}

/** Why a text that is well-formed YAML stands for nothing that Kubernetes could read. */
export function composeMessage(error: ComposeError): InputProblem['message'] {
  switch (error.reason) {
    case 'unknown-alias':
      return make['unknown-alias']({ name: error.subject })
    case 'alias-of-itself':
      return make['alias-of-itself']({ name: error.subject })
    case 'alias-expansion':
      return make['alias-expansion']({ name: error.subject, limit: MAX_ALIASED_NODES })
    case 'tagged-scalar':
      return make['tagged-scalar']({ tag: error.subject })
    case 'not-json':
      return make['not-json']({ value: error.subject })
    default:
      return make[error.reason]({})
  }
}

/** The template action nearest before the place where the parser gave up is what it stumbled on. */
function templateOffset(text: string, failed: number): number {
  const before = text.lastIndexOf('{{', failed)
  return before >= 0 ? before : text.indexOf('{{')
}
