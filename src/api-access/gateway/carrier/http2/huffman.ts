import { AnswerError } from '../answer-error.ts'

/** Bits of the code of each byte (RFC 7541, Appendix B). The code is canonical: nothing else has to be known of it. */
// biome-ignore format: a table
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
]
const LONGEST = 30

/** Bytes in the order of their codes; by length, where those of it begin and the first code of it. */
const symbols: number[] = []
const starts: number[] = []
const firsts: number[] = []
for (let length = 0, code = 0; length <= LONGEST; length++) {
  code *= 2
  starts.push(symbols.length)
  firsts.push(code)
  for (const [byte, bits] of LENGTHS.entries())
    if (bits === length) {
      symbols.push(byte)
      code++
    }
}
starts.push(symbols.length)

/**
 * @returns the text, in Latin-1
 * @throws AnswerError
 */
export function readHuffman(data: Buffer): string {
  let text = ''
  let code = 0
  let length = 0
  for (const byte of data)
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1)
      length++
      const start = starts[length]
      const end = starts[length + 1]
      if (start === undefined || end === undefined) throw new AnswerError('a header with no such code')
      const at = start + code - (firsts[length] ?? 0)
      if (at >= end) continue
      text += String.fromCharCode(symbols[at] ?? 0)
      code = 0
      length = 0
    }
  // "A padding strictly longer than 7 bits MUST be treated as a decoding error", as must one that is not of ones only.
  if (length > 7 || code !== 2 ** length - 1) throw new AnswerError('a header with no such code')
  return text
}
