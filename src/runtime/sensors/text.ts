import type { Buffer } from 'node:buffer'
import { decodeBytes } from '../texts/index.ts'

/**
 * Bytes as text. Those that are no UTF-8 are kept as the lone surrogates U+DC80 to U+DCFF, as conditions of rules have
 * them.
 */
export function textOf(bytes: Buffer, start: number, end: number): string {
  const sliceable = bytes as SliceableBuffer
  if (end - start <= SHORT && isAscii(bytes, start, end)) return sliceable.latin1Slice(start, end)
  const text = sliceable.utf8Slice(start, end)
  return text.includes('\ufffd') ? decodeBytes(bytes.subarray(start, end)) : text
}

/** Bytes that are known to be ASCII, as text. */
export function asciiText(bytes: Buffer, start: number, end: number): string {
  return (bytes as SliceableBuffer).latin1Slice(start, end)
}

/** `toString` without its checks of arguments, which take longer than the text. */
interface SliceableBuffer extends Buffer {
  utf8Slice(start: number, end: number): string
  latin1Slice(start: number, end: number): string
}

/** To look at so many bytes takes less time than to look for what stands for those that are no UTF-8. */
const SHORT = 128

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] as number) > 0x7f) return false
  return true
}

/** Texts that stand in a row, each with its NUL; the last NUL may be missing. */
export function splitTexts(text: string): string[] {
  const whole = withoutLastNul(text)
  return whole === '' ? [] : whole.split('\0')
}

/** The same texts as one, with blanks between them. */
export function spacedTexts(text: string): string {
  return withoutLastNul(text).replaceAll('\0', ' ')
}

function withoutLastNul(text: string): string {
  return text.endsWith('\0') ? text.slice(0, -1) : text
}

/**
 * A line without the byte order mark that editors put before the first: "implementations that parse JSON texts MAY ignore
 * the presence of a byte order mark" (RFC 8259, 8.1).
 */
export function withoutMark(line: string): string {
  return line.startsWith('\ufeff') ? line.slice(1) : line
}
