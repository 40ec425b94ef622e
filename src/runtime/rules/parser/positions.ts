import type { FilterPosition } from './nodes.ts'

/**
 * Turns offsets into a JavaScript string (UTF-16) into places as Falco counts them: bytes of UTF-8, and both `\r` and
 * `\n` end a line (libs, filter/parser.cpp, update_pos).
 */
export function createPositions(text: string): (offset: number) => FilterPosition {
  let lines:
    | { readonly bytesBefore: (offset: number) => number; readonly starts: readonly number[] }
    | undefined
  return (offset) => {
    // Of an operand at the beginning of a long text, no more is asked.
    if (offset === 0) return START
    lines ??= { bytesBefore: byteOffsets(text), starts: lineStarts(text) }
    const { bytesBefore, starts } = lines
    const line = lineAt(starts, offset)
    const index = bytesBefore(offset)
    return Object.freeze({ index, line: line + 1, column: index - bytesBefore(starts[line] ?? 0) + 1 })
  }
}

const START: FilterPosition = Object.freeze({ index: 0, line: 1, column: 1 })

function lineStarts(text: string): number[] {
  const starts = [0]
  for (const { index } of text.matchAll(/[\n\r]/g)) starts.push(index + 1)
  return starts
}

function byteOffsets(text: string): (offset: number) => number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with the control characters
  if (/^[\x00-\x7f]*$/.test(text)) return (offset) => offset
  const bytes = new Uint32Array(text.length + 1)
  for (let index = 0; index < text.length; index++) {
    bytes[index + 1] = (bytes[index] ?? 0) + utf8Length(text, index)
  }
  return (offset) => bytes[offset] ?? 0
}

/** Bytes of UTF-8 that the code unit adds; the second half of a surrogate pair completes a character of four. */
function utf8Length(text: string, index: number): number {
  const code = text.charCodeAt(index)
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  const previous = index > 0 ? text.charCodeAt(index - 1) : 0
  const completesPair = code >= 0xdc00 && code < 0xe000 && previous >= 0xd800 && previous < 0xdc00
  return completesPair ? 1 : 3
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
