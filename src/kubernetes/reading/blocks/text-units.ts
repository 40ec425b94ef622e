import { NEWLINE } from './characters.ts'

/** A text longer than this does not keep its memory reserved. */
const KEPT_LENGTH = 1024 * 1024

let buffer = Buffer.alloc(0)
let units = new Uint16Array()

/**
 * The UTF-16 code units of a text, followed by a line break. Typed arrays are read several times as fast as strings,
 * which may be pieces of others.
 *
 * @returns valid until the next call
 */
export function unitsOf(text: string): Uint16Array {
  const { length } = text
  if (length > KEPT_LENGTH) {
    const own = Buffer.alloc((length + 1) * 2)
    return fill(own, new Uint16Array(own.buffer, own.byteOffset, length + 1), text)
  }
  if (length >= units.length) {
    const memory = new ArrayBuffer(
      Math.min(KEPT_LENGTH + 1, Math.max(length + 1, 2 * units.length, 8192)) * 2,
    )
    buffer = Buffer.from(memory)
    units = new Uint16Array(memory)
  }
  return fill(buffer, units, text)
}

function fill(into: Buffer, view: Uint16Array, text: string): Uint16Array {
  into.write(text, 0, 'utf16le')
  view[text.length] = NEWLINE
  return view
}
