import { decodeAuditEvents } from '../event/index.ts'
import type { Line, TextLine } from './lines.ts'
import { auditReaderMessages } from './messages.ts'
import { withoutPrefix } from './prefix.ts'
import type { AuditItem, ReadLimits, RecordPosition } from './reader.ts'

const { make } = auditReaderMessages

/** A JSON document that spans lines, as `jq .`, `aws logs … --output json` and `gcloud … --format=json` print them. */
interface OpenDocument {
  readonly start: TextLine
  /** Of its first line and of its last; all between is indented deeper. */
  readonly indent: string
  lines: string[]
  bytes: number
}

/**
 * Turns a source's lines into events: JSON Lines, and JSON documents that are laid out over lines, in any mixture. A
 * line that is no JSON, or no event, is an item that says so.
 */
export class RecordDecoder {
  readonly #source: string
  readonly #limits: ReadLimits
  #document: OpenDocument | undefined

  constructor(source: string, limits: ReadLimits) {
    this.#source = source
    this.#limits = limits
  }

  decode(lines: readonly Line[]): AuditItem[] {
    const items: AuditItem[] = []
    for (const line of lines) this.#take(line, items)
    return items
  }

  /** At the end of the source: the document that was left open. */
  finish(): AuditItem[] {
    if (this.#document === undefined) return []
    const position = this.#position(this.#document.start)
    this.#document = undefined
    return [{ code: 'ERR_UNFINISHED', problem: make.unfinished({}), position }]
  }

  #take(line: Line, items: AuditItem[]): void {
    if ('tooLong' in line) {
      const problem = make['too-long']({ bytes: line.bytes, limit: this.#limits.lineBytes })
      items.push({ code: 'ERR_TOO_LONG', problem, position: this.#position(line) })
      return
    }
    if (line.invalidByte > 0) {
      const problem = make['invalid-utf8']({ column: line.invalidByte })
      items.push({ code: 'ERR_INVALID_UTF8', problem, position: this.#position(line) })
    }
    if (this.#document !== undefined) this.#continue(this.#document, line, items)
    else this.#begin(line, items)
  }

  #begin(line: TextLine, items: AuditItem[]): void {
    try {
      this.#open(JSON.parse(line.text), line, line.bytes, items)
    } catch (error) {
      this.#beginOtherwise(line, error, items)
    }
  }

  #beginOtherwise(line: TextLine, error: unknown, items: AuditItem[]): void {
    if (line.offset === 0 && line.text.startsWith(BYTE_ORDER_MARK)) {
      this.#begin({ ...line, text: line.text.slice(1) }, items)
      return
    }
    const text = line.text.trimEnd()
    const bare = text.trimStart()
    const indent = text.slice(0, text.length - bare.length)
    // The elements of a list are documents of their own, so that a long list need not be held as a whole.
    if (bare === '' || bare === '[' || bare === ']' || bare === '],') return
    if (bare === '{') {
      this.#document = { start: line, indent, lines: ['{'], bytes: line.bytes }
      return
    }
    const inner = withoutPrefix(text)
    if (inner !== undefined) {
      if (inner !== '') this.#begin({ ...line, text: inner }, items)
      return
    }
    const position = this.#position(line)
    if (!line.finished) items.push({ code: 'ERR_UNFINISHED', problem: make.unfinished({}), position })
    else
      items.push({ code: 'ERR_NOT_JSON', problem: make['not-json']({ column: columnOf(error) }), position })
  }

  #continue(document: OpenDocument, line: TextLine, items: AuditItem[]): void {
    const text = line.text.trimEnd()
    const { indent } = document
    const isEnd = text === `${indent}}` || text === `${indent}},`
    if (!isEnd && !/^\s/.test(text.slice(indent.length))) {
      // Nothing inside is indented as little: the document broke off, and this line is none of it.
      items.push(...this.finish())
      this.#begin(line, items)
      return
    }
    document.bytes += line.bytes + 1
    if (document.bytes > this.#limits.documentBytes) document.lines = []
    else document.lines.push(isEnd ? '}' : text)
    if (!isEnd) return
    this.#document = undefined
    this.#close(document, items)
  }

  #close({ start, lines, bytes }: OpenDocument, items: AuditItem[]): void {
    const position = this.#position(start)
    if (lines.length === 0) {
      const problem = make['document-too-long']({ limit: this.#limits.documentBytes })
      items.push({ code: 'ERR_TOO_LONG', problem, position })
      return
    }
    try {
      this.#open(JSON.parse(lines.join('\n')), start, bytes, items)
    } catch {
      items.push({ code: 'ERR_NOT_JSON', problem: make['not-json']({ column: 0 }), position })
    }
  }

  #open(value: unknown, line: TextLine, bytes: number, items: AuditItem[]): void {
    const position = this.#position(line)
    const decoded = decodeAuditEvents(value)
    const share = decoded.length === 1 ? bytes : Math.floor(bytes / decoded.length)
    for (const each of decoded) {
      if ('event' in each) items.push({ event: each.event, position, bytes: share })
      else items.push({ code: 'ERR_NOT_AN_EVENT', problem: each.problem, position })
    }
  }

  #position({ number, offset }: Pick<TextLine, 'number' | 'offset'>): RecordPosition {
    return { source: this.#source, line: number, offset }
  }
}

/** Some editors and exports write it at the beginning of a file. */
const BYTE_ORDER_MARK = '\ufeff'

/** V8 quotes the text in its message, which may hold a secret: only the place is taken from it. */
function columnOf(error: unknown): number {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined
  return position === undefined ? 0 : Number(position) + 1
}
