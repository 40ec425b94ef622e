import { isUtf8 } from './decode-text.ts'
import type { TextDocument } from './split.ts'
import { beginsAsJson } from './split-json.ts'

const NEWLINE = 0x0a
const PERCENT = 0x25
const MARKER = '\n---'
const DIRECTIVE = '\n%'
/** So many bytes tell a stream of JSON from one of YAML. */
const HEAD = 4096

/**
 * The documents of a stream of YAML whose bytes mention a word, cut out without decoding or dividing all the others. Of
 * their place in the stream nothing is said.
 *
 * @param chunks - of the stream, each valid until the next is asked for
 * @param word - ASCII
 * @returns undefined where that takes the whole stream to be read: it is no UTF-8, begins as JSON, has directives, or a
 *   document that mentions the word is not whole within a chunk
 */
export function mentioningTexts(chunks: Iterable<Buffer>, word: string): TextDocument[] | undefined {
  const texts: TextDocument[] = []
  let isYaml: boolean | undefined
  let hasDirectives = false
  let tail = ''
  for (const bytes of chunks) {
    const isFirst = isYaml === undefined
    isYaml ??= isUtf8(bytes) && beginsAsJson(new TextDecoder().decode(bytes.subarray(0, HEAD))) === false
    hasDirectives ||= bytes[0] === PERCENT || bytes.includes(DIRECTIVE)
    // A word that two chunks share.
    const seam = tail + bytes.toString('latin1', 0, word.length - 1)
    if (seam.includes(word)) return undefined
    tail = bytes.toString('latin1', Math.max(0, bytes.length - word.length + 1))
    for (let at = bytes.indexOf(word); at >= 0; ) {
      if (!isYaml || hasDirectives) return undefined
      const marker = markerBefore(bytes, at)
      const start = marker >= 0 ? marker + 1 : isFirst ? 0 : undefined
      const end = markerFrom(bytes, at)
      if (start === undefined || end === undefined) return undefined
      texts.push({ text: new TextDecoder().decode(bytes.subarray(start, end)), line: 1, oversized: false })
      at = bytes.indexOf(word, end)
    }
  }
  return texts
}

/** @returns -1 where there is none in the chunk */
function markerBefore(bytes: Buffer, from: number): number {
  let at = bytes.lastIndexOf(MARKER, from)
  while (at >= 0 && !isMarkerEnd(bytes[at + MARKER.length]))
    at = at === 0 ? -1 : bytes.lastIndexOf(MARKER, at - 1)
  return at
}

function markerFrom(bytes: Buffer, from: number): number | undefined {
  let at = bytes.indexOf(MARKER, from)
  while (at >= 0 && !isMarkerEnd(bytes[at + MARKER.length])) at = bytes.indexOf(MARKER, at + 1)
  return at < 0 ? undefined : at + 1
}

function isMarkerEnd(byte: number | undefined): boolean {
  return byte === NEWLINE || byte === 0x0d || byte === 0x20 || byte === 0x09
}
