import { textToBytes } from '../../texts/index.ts'

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true })

/** The text with U+FFFD for bytes that are no UTF-8, as JSON needs it. */
export function visibleText(text: string): string {
  return text.isWellFormed() ? text : DECODER.decode(textToBytes(text))
}
