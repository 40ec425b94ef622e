import { isUtf8 } from './decode-text.ts'
import { markerBefore, markerFrom } from './marker-in-bytes.ts'
import type { TextDocument } from './split.ts'
import { beginsAsJson } from './split-json.ts'

const PERCENT = 0x25
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
      const next = markerFrom(bytes, at)
      if (start === undefined || next < 0) return undefined
      const end = next + 1
      texts.push({ text: new TextDecoder().decode(bytes.subarray(start, end)), line: 1, oversized: false })
      at = bytes.indexOf(word, end)
    }
  }
  return texts
}
