import { Buffer } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { READ_LIMITS } from '../../api-access/audit/index.ts'
import { isCapture, isSyscallText } from '../../runtime/sensors/index.ts'

/** As much of a file as is read at once. */
const STEP_BYTES = 64 * 1024
const NEWLINE = 0x0a

/**
 * The first bytes of a file of events, as many as show its form: a whole line at least where it has lines, since events
 * of the kernel can be longer than any fixed size; of standard input, which gives them again to its reader. Of what
 * cannot be read, none: whoever reads it on will say why.
 */
export async function headOf(path: string): Promise<Buffer> {
  if (path === '-') {
    inputHead ??= headOfInput()
    return inputHead
  }
  try {
    const file = await open(path)
    try {
      return await wholeLine(chunksOf(file))
    } finally {
      await file.close()
    }
  } catch {
    return Buffer.alloc(0)
  }
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(STEP_BYTES), 0, STEP_BYTES, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** Standard input is looked at once. */
let inputHead: Promise<Buffer> | undefined

/** All of standard input, where its head was its end too: what has ended takes nothing back. */
let whole: Buffer | undefined

async function headOfInput(): Promise<Buffer> {
  const head = await wholeLine(process.stdin.iterator({ destroyOnReturn: false }))
  if (process.stdin.readableEnded) whole = head
  else if (head.length > 0) process.stdin.unshift(head)
  return head
}

/** Standard input with its head, once that was looked at. */
export function standardInput(): Readable {
  return whole === undefined ? process.stdin : Readable.from([whole], { objectMode: false })
}

/** The first chunks, until a line that is not empty is whole, or is longer than any that is read. */
async function wholeLine(chunks: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const head: Buffer[] = []
  let bytes = 0
  let hasText = false
  for await (const data of chunks) {
    const chunk = Buffer.from(data)
    head.push(chunk)
    bytes += chunk.length
    const start: number = hasText ? 0 : chunk.findIndex((byte) => byte > SPACE)
    hasText ||= start >= 0
    if ((hasText && chunk.includes(NEWLINE, start)) || bytes > READ_LIMITS.lineBytes) break
  }
  return Buffer.concat(head)
}

/** White space, and other characters that print nothing, are not above it. */
const SPACE = 0x20

/** The source of the events in a file, as its first bytes show it. */
export async function sourceOf(path: string): Promise<'syscall' | 'k8s_audit'> {
  const head = await headOf(path)
  return isCapture(head, path) || isSyscallText(head) ? 'syscall' : 'k8s_audit'
}
