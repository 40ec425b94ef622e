import type { TextDocument } from './split.ts'

/** What may change the way of the scanner outside a string; `'` and `#` are no JSON, but flow YAML with quotes or a comment. */
const MARKS = codesOf('"{}[],:\'#\n')

/** What matters inside a string. */
const STRING_MARKS = codesOf('"\\\n')

/** What `JsonSplitter.push` gives: the values, and the rest of the stream once it turns out to be YAML. */
export interface JsonPieces {
  readonly documents: TextDocument[]
  /** The text from here on is YAML: it begins on `line`. */
  readonly yaml?: { readonly text: string; readonly line: number }
}

/**
 * Whether a stream is one of JSON values, told by its beginning as `kubectl` does (apimachinery, `GuessJSONStream`),
 * but without taking a template (`{{`) or YAML's `{kind: Pod}` for one.
 *
 * @returns undefined while too little of it is there
 */
export function beginsAsJson(text: string): boolean | undefined {
  const [, first, second] = /^\uFEFF?\s*(\S)?\s*(\S)?/.exec(text) ?? []
  if (first === undefined) return undefined
  if (first !== '{' && first !== '[') return false
  if (second === undefined) return undefined
  return first === '{' ? second === '"' || second === '}' : '"{[]'.includes(second)
}

/**
 * Cuts a stream of JSON values, one after the other with or without white space between, into values.
 *
 * A broken value ends where the next one must begin: at a line's first `{` where no JSON value may stand.
 */
export class JsonSplitter {
  #rest = ''
  #line = 1
  #column = 1
  /** Where the scan goes on. */
  #at = 0
  /** The brackets that are open. */
  readonly #open: string[] = []
  #inString = false
  /** The last mark that counts outside strings. */
  #last = ''
  #skipping = false
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  push(chunk: string): JsonPieces {
    this.#rest += chunk
    const documents: TextDocument[] = []
    const yamlAt = this.#scan(documents)
    if (yamlAt !== undefined) return { documents, yaml: this.#handOver(yamlAt) }
    if (this.#rest.length > this.#limit) {
      if (!this.#skipping) documents.push({ text: '', line: this.#line, oversized: true })
      this.#skipping = true
      this.#drop(this.#at)
    }
    return { documents }
  }

  end(): JsonPieces {
    // A `{` on a line of its own waits for what comes before it to be judged; nothing more comes.
    const pieces = this.push('\n')
    if (pieces.yaml === undefined && this.#rest.trim() !== '' && !this.#skipping)
      this.#emit(this.#rest.trimEnd().length, pieces.documents)
    this.#rest = ''
    return pieces
  }

  /** @returns where YAML begins */
  #scan(documents: TextDocument[]): number | undefined {
    for (;;) {
      if (this.#inString) {
        if (!this.#skipString(documents)) return undefined
        continue
      }
      if (this.#open.length === 0 && this.#last === '') {
        this.#skipSpace()
        const head = this.#rest.slice(0, 4)
        if (head === '' || ('---'.startsWith(head) && head.length < 4)) return undefined
        if (/^---\s/.test(head) || head[0] === '#') return 0
        this.#last = 'begun'
      }
      const found = nextOf(MARKS, this.#rest, this.#at)
      const mark = this.#rest[found]
      if (mark === undefined) {
        this.#at = found
        return undefined
      }
      if (mark === "'" || mark === '#') return 0
      if (mark === '\n') {
        if (found + 1 === this.#rest.length) {
          this.#at = found
          return undefined
        }
        this.#at = found + 1
        if (this.#rest[this.#at] === '{' && !this.#mayHoldObject()) this.#emit(this.#at, documents)
        continue
      }
      this.#at = found + 1
      this.#take(mark, documents)
    }
  }

  #take(mark: string, documents: TextDocument[]): void {
    this.#last = mark
    if (mark === '"') this.#inString = true
    else if (mark === '{' || mark === '[') this.#open.push(mark)
    else if (mark === '}' || mark === ']') {
      this.#open.pop()
      if (this.#open.length === 0) this.#emit(this.#at, documents)
    }
  }

  /** Whether a `{` may go on the value that is open: as a member's value, or as an item of a list. */
  #mayHoldObject(): boolean {
    if (this.#open.length > 0 && this.#last === ':') return true
    return this.#open.at(-1) === '[' && (this.#last === '[' || this.#last === ',')
  }

  /** @returns whether the string's end was found */
  #skipString(documents: TextDocument[]): boolean {
    for (;;) {
      const at = nextOf(STRING_MARKS, this.#rest, this.#at)
      this.#at = at
      const mark = this.#rest[at]
      // What follows a `\\` or a line break decides; it may come with the next chunk.
      if (mark === undefined || (mark !== '"' && at + 1 === this.#rest.length)) return false
      this.#at += mark === '\\' ? 2 : 1
      if (mark === '"') {
        this.#inString = false
        return true
      }
      if (mark === '\n' && this.#rest[at + 1] === '{') {
        // RFC 8259 §7: a string holds no line break. This one was never closed.
        this.#emit(at + 1, documents)
        return true
      }
    }
  }

  #skipSpace(): void {
    const space = /^\s*/.exec(this.#rest)?.[0].length ?? 0
    if (space > 0) this.#drop(space)
    this.#at = 0
  }

  #emit(end: number, documents: TextDocument[]): void {
    const text = this.#rest.slice(0, end)
    if (!this.#skipping)
      documents.push({
        text,
        line: this.#line,
        oversized: false,
        isJson: true,
        ...(this.#column > 1 && { column: this.#column }),
      })
    this.#skipping = false
    this.#drop(end)
    this.#open.length = 0
    this.#last = ''
    this.#inString = false
  }

  /** Takes text off the beginning of what is left, and counts its lines. */
  #drop(length: number): void {
    const text = this.#rest.slice(0, length)
    const lastBreak = text.lastIndexOf('\n')
    this.#column = lastBreak < 0 ? this.#column + length : length - lastBreak
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#line++
    this.#rest = this.#rest.slice(length)
    this.#at -= length
  }

  #handOver(at: number): { text: string; line: number } {
    this.#drop(at)
    return { text: this.#rest, line: this.#line }
  }
}

/** For each character code of ASCII whether it is one of the marks. */
function codesOf(marks: string): Uint8Array {
  const codes = new Uint8Array(128)
  for (const mark of marks) codes[mark.charCodeAt(0)] = 1
  return codes
}

/** @returns the index of the next of the marks, the text's length for none */
function nextOf(marks: Uint8Array, text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (marks[text.charCodeAt(at)] === 1) return at
  return text.length
}
