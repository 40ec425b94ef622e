import type { Buffer } from 'node:buffer'
import { isRecord } from '../../kubernetes/index.ts'
import { SECTION_HEADER } from './capture/blocks.ts'
import { isFalcoAlert } from './foreign/falco-alert.ts'
import { beginsAsJson } from './foreign/json.ts'
import { isTetragonEvent } from './foreign/tetragon.ts'
import { createStraceReader } from './strace/parse.ts'
import { withoutMark } from './text.ts'

/**
 * Whether the first bytes of a file are those of a capture (.scap), plain or compressed; where there are none, whether it is
 * named as one: a recording that was ended before it began is no log without a line.
 *
 * @param name - the file's
 */
export function isCapture(head: Buffer, name: string): boolean {
  if (head.length === 0) return /\.scap(\.gz)?$/.test(name)
  const bytes = unzipped(head)
  return bytes.length >= 4 && bytes.readUInt32LE(0) === SECTION_HEADER
}

/** Whether the first lines of a file are system calls, in one of the forms that `senseSyscallEvents` reads. */
export function isSyscallText(head: Buffer): boolean {
  const lines = withoutMark(head.toString('utf8')).split('\n').slice(0, MOST_LINES)
  const first = lines.find((line) => line.trim() !== '')
  if (first === undefined) return false
  if (beginsAsJson(first)) return isSyscallJson(first)
  const read = createStraceReader()
  // Threads that wait when strace comes to them are first told of by the beginnings of their calls.
  return lines.some((line) => ['call', 'begun'].includes(read(line).kind))
}

const MOST_LINES = 20

function isSyscallJson(line: string): boolean {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return false
  }
  if (!isRecord(value)) return false
  // Whatever the first is about: others behind it may be about system calls, and none is an event of an audit log.
  return (
    isFalcoAlert(value) ||
    isTetragonEvent(value) ||
    (isRecord(value['fields']) && value['kind'] === undefined)
  )
}

function unzipped(head: Buffer): Buffer {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head
  // Loaded where it is needed: most files are not compressed.
  const { constants, gunzipSync } = process.getBuiltinModule('node:zlib')
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_UNZIPPED })
  } catch {
    return head
  }
}

const MOST_UNZIPPED = 64 * 1024 * 1024
