import { isUtf8 } from './decode-text.ts'
import { markerBefore } from './marker-in-bytes.ts'
import { DocumentSplitter, MAX_DOCUMENT_LENGTH, type TextDocument } from './split.ts'
import { beginsAsJson } from './split-json.ts'

/** Consecutive whole documents of a stream, still bytes of UTF-8: decoding and dividing them can be done elsewhere. */
export interface ByteBatch {
  /** Alone in its buffer, so that it can be transferred to another thread. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** 1-based line of the stream on which the bytes begin. */
  readonly line: number
}

/** What was read of a stream and not cut. */
export interface Uncut {
  readonly bytes: Uint8Array
  /** 1-based line of the stream on which the bytes begin; absent for its beginning, of which nothing is known. */
  readonly line?: number
}

/** Enough documents to make their way to another thread worth it, few enough to keep all threads busy. */
const BATCH_BYTES = 256 * 1024

/**
 * Cuts a stream of YAML between documents, without decoding it.
 *
 * @param read - fills the buffer from the offset on; @returns the number of bytes, 0 at the end
 * @returns undefined; or where the stream cannot be cut what was read so far, the stream goes on after it: the whole
 *   beginning of one that is not UTF-8 or begins as JSON, or the beginning of a document longer than any may be
 */
export function* cutIntoBatches(
  read: (buffer: Buffer, offset: number) => number,
  batchBytes = BATCH_BYTES,
): Generator<ByteBatch, Uncut | undefined> {
  let rest = Buffer.alloc(0)
  for (let line = 1; ; ) {
    const buffer = Buffer.from(new ArrayBuffer(rest.length + Math.max(batchBytes, rest.length)))
    rest.copy(buffer)
    const length = rest.length + read(buffer, rest.length)
    const filled = buffer.subarray(0, length)
    if (length === rest.length) {
      if (length > 0) yield { bytes: filled, line }
      return undefined
    }
    if (rest.length > MAX_DOCUMENT_LENGTH) return { bytes: filled, line }
    if (line === 1 && (!isUtf8(filled) || beginsAsJson(new TextDecoder().decode(filled)) !== false))
      return { bytes: filled }
    const end = lastBoundary(filled)
    // What was handed over may be gone afterwards.
    rest = Buffer.from(filled.subarray(end))
    if (end === 0) continue
    const lines = countLines(filled, end)
    yield { bytes: filled.subarray(0, end), line }
    line += lines
  }
}

/** Decodes a batch and divides it into its documents. */
export function documentsOf({ bytes, line }: ByteBatch): TextDocument[] {
  const splitter = new DocumentSplitter(MAX_DOCUMENT_LENGTH, line)
  return [...splitter.push(new TextDecoder().decode(bytes)), ...splitter.end()]
}

/**
 * Where the last document begins that certainly does: at a marker (see `DocumentSplitter`) whose line follows one that
 * belongs to a document, and not to the directives of the next.
 *
 * @returns 0 where there is none
 */
function lastBoundary(bytes: Buffer): number {
  for (let at = markerBefore(bytes, bytes.length); at > 0; at = markerBefore(bytes, at - 1))
    if (isContent(bytes, bytes.lastIndexOf(NEWLINE, at - 1) + 1)) return at + 1
  return 0
}

/** Whether a line is neither empty nor a comment nor a directive. */
function isContent(bytes: Buffer, lineStart: number): boolean {
  if (bytes[lineStart] === PERCENT) return false
  let at = lineStart
  while (bytes[at] === BLANK || bytes[at] === TAB) at++
  return bytes[at] !== HASH && bytes[at] !== NEWLINE && bytes[at] !== RETURN
}

const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d
const BLANK = 0x20
const HASH = 0x23
const PERCENT = 0x25

function countLines(bytes: Uint8Array, end: number): number {
  let lines = 0
  for (let at = 0; at < end; at++) if (bytes[at] === NEWLINE) lines++
  return lines
}
