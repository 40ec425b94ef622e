/** One YAML document or JSON value of a stream, still text. */
export interface TextDocument {
  readonly text: string
  /** 1-based line of the stream on which `text` begins. */
  readonly line: number
  /** 1-based column of that line, where a JSON value does not begin with its line. */
  readonly column?: number
  /** The stream is one of JSON values. */
  readonly isJson?: boolean
  /** The document was longer than the limit: `text` is empty. */
  readonly oversized: boolean
}

/** A document may be this many characters long (a `List` of some ten thousand pods); more is refused, not read. */
export const MAX_DOCUMENT_LENGTH = 64 * 1024 * 1024

/**
 * Cuts a stream of text into YAML documents, keeping no more than one document in memory.
 *
 * A line that begins with `---` followed by white space or the end of the line starts a document, wherever it
 * stands: YAML 1.2.2 §9.1.2 forbids such a line inside any scalar («c-forbidden»). So a broken document can't
 * take its neighbours along.
 */
export class DocumentSplitter {
  #rest = ''
  #line: number
  #scanned = 0
  #skipping = false
  readonly #limit: number

  /** @param firstLine - 1-based line of the file on which the stream begins */
  constructor(limit = MAX_DOCUMENT_LENGTH, firstLine = 1) {
    this.#limit = limit
    this.#line = firstLine
  }

  /** @param chunk - the stream's next piece, cut anywhere; @returns the documents that it completes */
  push(chunk: string): TextDocument[] {
    this.#rest = this.#rest === '' ? chunk : this.#rest + chunk
    const documents: TextDocument[] = []
    let start = 0
    // A marker may be cut by the chunk's end: the last five characters (`\n---` and what follows) wait.
    const safeEnd = this.#rest.length - 5
    for (let at = this.#rest.indexOf('\n---', this.#scanned); at >= 0 && at < safeEnd; ) {
      const next = this.#rest.indexOf('\n---', at + 4)
      if (isMarkerEnd(this.#rest.charCodeAt(at + 4))) {
        const text = this.#rest.slice(start, at + 1)
        if (!isDirectivesOnly(text)) {
          this.#emit(text, documents)
          start = at + 1
        }
      }
      at = next
    }
    this.#rest = this.#rest.slice(start)
    this.#scanned = Math.max(0, this.#rest.length - 5)
    if (this.#rest.length > this.#limit) {
      if (!this.#skipping) documents.push({ text: '', line: this.#line, oversized: true })
      this.#skipping = true
      const kept = this.#rest.slice(-5)
      this.#line += countLines(this.#rest.slice(0, -5))
      this.#rest = kept
      this.#scanned = 0
    }
    return documents
  }

  /** @returns what is left once the stream has ended */
  end(): TextDocument[] {
    const documents = this.push('\n     ')
    if (this.#rest.trim() !== '') this.#emit(this.#rest.replace(/\n {5}$/, ''), documents)
    this.#rest = ''
    return documents
  }

  #emit(text: string, documents: TextDocument[]): void {
    if (!this.#skipping) documents.push({ text, line: this.#line, oversized: false })
    this.#skipping = false
    this.#line += countLines(text)
  }
}

function isMarkerEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x20 || code === 0x09
}

/** `%YAML` and `%TAG` lines stand before the marker of the document that they are for. */
function isDirectivesOnly(text: string): boolean {
  if (!text.includes('%')) return false
  return (
    text.includes('%') &&
    /^(?:\uFEFF)?(?:[ \t]*(?:#.*)?\r?\n)*(?:%.*\r?\n(?:[ \t]*(?:#.*)?\r?\n)*)+$/.test(text)
  )
}

function countLines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
