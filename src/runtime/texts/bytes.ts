/**
 * Falco's strings are bytes; JavaScript's are UTF-16. A byte that is part of no valid UTF-8 is kept as the lone surrogate
 * U+DC00 + byte (as Python's "surrogateescape" does), so that equality, searching and printing still tell it apart, and
 * the original bytes can be had back.
 */
export function textToBytes(text: string): Buffer {
  if (!LONE_SURROGATE.test(text)) return Buffer.from(text, 'utf8')
  const parts: Buffer[] = []
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code >= 0xd800 && code < 0xdc00 && isLowSurrogate(text.charCodeAt(index + 1))) {
      index++
      continue
    }
    if (code < 0xdc80 || code > 0xdcff) continue
    parts.push(Buffer.from(text.slice(start, index), 'utf8'), Buffer.of(code - 0xdc00))
    start = index + 1
  }
  parts.push(Buffer.from(text.slice(start), 'utf8'))
  return Buffer.concat(parts)
}

const LONE_SURROGATE = /[\ud800-\udfff]/

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000
}

/** Bytes, written as text with lone surrogates for some of them, with the valid UTF-8 among them joined to characters. */
export function bytesToText(text: string): string {
  return decodeBytes(textToBytes(text))
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of some bytes; bytes that are no UTF-8 become lone surrogates. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes)
  } catch {
    return decodeInvalid(bytes)
  }
}

function decodeInvalid(bytes: Uint8Array): string {
  let text = ''
  let index = 0
  while (index < bytes.length) {
    const length = sequenceLength(bytes, index)
    text +=
      length === 0
        ? String.fromCharCode(0xdc00 + (bytes[index] ?? 0))
        : STRICT.decode(bytes.subarray(index, index + length))
    index += Math.max(length, 1)
  }
  return text
}

/** Length of the valid UTF-8 sequence that begins here, or 0. */
function sequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index] ?? 0
  if (first < 0x80) return 1
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  try {
    STRICT.decode(bytes.subarray(index, index + length))
    return first >= 0xc2 && index + length <= bytes.length ? length : 0
  } catch {
    return 0
  }
}

/** One code unit a byte (Latin-1): what is compared where Falco compares bytes and the text is not plain ASCII. */
export function toByteString(text: string): string {
  return textToBytes(text).toString('latin1')
}
