import { spendOnText } from '../values/meter.ts'
import { lengthOf } from '../values/size.ts'
import { Failure, type Result } from '../values/value.ts'

/** Whether a text has characters that are two UTF-16 units: its positions are not JavaScript's then. */
function isWide(text: string): boolean {
  return /[\ud800-\udfff]/.test(text)
}

/** @param start @param end - in characters, within the text */
export function substring(text: string, start: number, end: number): string {
  if (!isWide(text)) return text.slice(start, end)
  return [...text].slice(start, end).join('')
}

/** The position in characters of a position in UTF-16 units. */
function characters(text: string, units: number): bigint {
  return BigInt(units <= 0 ? units : lengthOf(text.slice(0, units)))
}

function units(text: string, position: number): number {
  return isWide(text) ? [...text].slice(0, position).join('').length : position
}

/** Where a part begins at or after a position, in characters; -1 for nowhere. */
export function indexOfText(text: string, part: string, from: bigint): Result {
  if (from < 0n) return new Failure(`index out of range: ${from}`)
  spendOnText(text.length)
  const length = BigInt(lengthOf(text))
  if (part === '') return from > length ? length : from
  if (from >= length) return -1n
  return characters(text, text.indexOf(part, units(text, Number(from))))
}

/** Where a part begins last, at or before a position; -1 for nowhere. */
export function lastIndexOfText(text: string, part: string, from?: bigint): Result {
  if (from !== undefined && from < 0n) return new Failure(`index out of range: ${from}`)
  spendOnText(text.length)
  const length = BigInt(lengthOf(text))
  if (part === '') return from === undefined || from > length ? length : from
  if (from !== undefined && from >= length) return -1n
  return characters(
    text,
    from === undefined ? text.lastIndexOf(part) : text.lastIndexOf(part, units(text, Number(from))),
  )
}
