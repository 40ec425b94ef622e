import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const SUFFIX = '.jsonl'
const NAME = /^(\d{12})\.jsonl$/
const NEWLINE = 10

/** A file of the queue: its number, and how many bytes of whole records it has. */
export interface Segment {
  readonly number: number
  bytes: number
}

export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(12, '0')}${SUFFIX}`)
}

/** The segments that a former process left, in order. */
export async function findSegments(folder: string): Promise<Segment[]> {
  const numbers = (await readdir(folder)).flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number)
  const segments: Segment[] = []
  for (const number of numbers.sort((a, b) => a - b))
    segments.push({ number, bytes: (await stat(segmentPath(folder, number))).size })
  return segments
}

/**
 * Opens a segment for appending. A record that a former process could not finish was never acknowledged and is cut off.
 */
export async function openForAppending(folder: string, segment: Segment): Promise<FileHandle> {
  const file = await open(segmentPath(folder, segment.number), 'a+', 0o600)
  const whole = await wholeBytes(file, segment.bytes)
  if (whole < segment.bytes) await file.truncate(whole)
  segment.bytes = whole
  return file
}

/** Up to the last line end. */
async function wholeBytes(file: FileHandle, size: number): Promise<number> {
  const buffer = Buffer.alloc(64 * 1024)
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - buffer.length)
    const { bytesRead } = await file.read(buffer, 0, end - start, start)
    const found = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE)
    if (found >= 0) return start + found + 1
    end = start
  }
  return 0
}
