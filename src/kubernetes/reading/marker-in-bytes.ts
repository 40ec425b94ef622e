const MARKER = '\n---'
const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d
const BLANK = 0x20

/**
 * The last marker between documents (see `DocumentSplitter`) that begins at an offset or before it. A marker without a
 * byte behind it is none: what comes next may make another word of it.
 *
 * @returns the offset of the line break before the marker; -1 where there is none
 */
export function markerBefore(bytes: Buffer, from: number): number {
  let at = bytes.lastIndexOf(MARKER, from)
  while (at >= 0 && !isMarker(bytes, at)) at = at === 0 ? -1 : bytes.lastIndexOf(MARKER, at - 1)
  return at
}

/** As `markerBefore`, the first one that begins at the offset or behind it. */
export function markerFrom(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(MARKER, from)
  while (at >= 0 && !isMarker(bytes, at)) at = bytes.indexOf(MARKER, at + 1)
  return at
}

function isMarker(bytes: Buffer, at: number): boolean {
  const after = bytes[at + MARKER.length]
  return after === NEWLINE || after === RETURN || after === BLANK || after === TAB
}
