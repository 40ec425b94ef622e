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
  const decoder = new TextDecoder()
  let rest = ''
  let oversized = false
  for await (const bytes of input) {
    const pieces = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = pieces.pop() ?? ''
    const lines: Line[] = pieces
    if (oversized && lines.length > 0) {
      lines[0] = undefined
      oversized = false
    }
    if (rest.length > limit) {
      rest = ''
      oversized = true
    }
    if (lines.length > 0) yield lines
  }
  rest += decoder.decode()
  if (oversized) yield [undefined]
  else if (rest !== '') yield [rest]
}
