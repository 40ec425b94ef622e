import { StringDecoder } from 'node:string_decoder'

/** A request line may be this long; a longer one is answered with an error and its text is not kept. */
export const MAX_LINE_LENGTH = 64 * 1024 * 1024

/** One line of the input; `undefined` for a line over the limit. */
export type Line = string | undefined

/**
 * Cuts a stream of bytes into lines, in order, holding at most one line and one chunk.
 *
 * @param input - UTF-8; lines end with \n or \r\n, the last one may lack it
 * @returns batches of lines, one batch a chunk
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array>,
  limit = MAX_LINE_LENGTH,
): AsyncGenerator<Line[]> {
  const decoder = new StringDecoder('utf8')
  const line = new LineBuilder(limit)
  for await (const bytes of input) {
    const text = decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    const lines: Line[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      line.add(text.slice(start, end))
      lines.push(line.take())
      start = end + 1
    }
    line.add(text.slice(start))
    if (lines.length > 0) yield lines
  }
  line.add(decoder.end())
  if (!line.isEmpty) yield [line.take()]
}

/** A line on its way: its pieces are joined once, and dropped as soon as they are too long together. */
class LineBuilder {
  readonly #limit: number
  #pieces: string[] = []
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get isEmpty(): boolean {
    return this.#length === 0
  }

  add(piece: string): void {
    this.#length += piece.length
    if (this.#length > this.#limit) this.#pieces = []
    else if (piece !== '') this.#pieces.push(piece)
  }

  take(): Line {
    const line = this.#length > this.#limit ? undefined : this.#pieces.join('')
    this.#pieces = []
    this.#length = 0
    return line
  }
}
