import { DocumentSplitter, MAX_DOCUMENT_LENGTH, type TextDocument } from './split.ts'
import { beginsAsJson, type JsonPieces, JsonSplitter } from './split-json.ts'

/**
 * Cuts a stream of text into documents: YAML at its markers, JSON value by value, as `kubectl` reads them
 * (apimachinery, `YAMLOrJSONDecoder`). The stream's first characters decide; JSON may go over into YAML.
 */
export class StreamSplitter {
  #undecided = ''
  #json: JsonSplitter | undefined
  #yaml: DocumentSplitter | undefined
  readonly #limit: number

  constructor(limit = MAX_DOCUMENT_LENGTH) {
    this.#limit = limit
  }

  /** @param chunk - the stream's next piece, cut anywhere; @returns the documents that it completes */
  push(chunk: string): TextDocument[] {
    if (this.#yaml !== undefined) return this.#yaml.push(chunk)
    if (this.#json !== undefined) return this.#takeOver(this.#json.push(chunk))
    const text = this.#undecided + chunk
    const isJson = beginsAsJson(text)
    if (isJson === undefined) {
      this.#undecided = text
      return []
    }
    this.#undecided = ''
    if (isJson) this.#json = new JsonSplitter(this.#limit)
    else this.#yaml = new DocumentSplitter(this.#limit)
    return this.push(text)
  }

  /** @returns what is left once the stream has ended */
  end(): TextDocument[] {
    const documents =
      this.#yaml === undefined && this.#json !== undefined ? this.#takeOver(this.#json.end()) : []
    if (this.#yaml === undefined && this.#json !== undefined) return documents
    const yaml = this.#yaml ?? new DocumentSplitter(this.#limit)
    return [...documents, ...yaml.push(this.#undecided), ...yaml.end()]
  }

  #takeOver({ documents, yaml }: JsonPieces): TextDocument[] {
    if (yaml === undefined) return documents
    this.#yaml = new DocumentSplitter(this.#limit, yaml.line)
    return [...documents, ...this.#yaml.push(yaml.text)]
  }
}
