import { Buffer } from 'node:buffer'
import { open } from 'node:fs/promises'
import { isCapture, isSyscallText } from '../../runtime/sensors/index.ts'

/** As much of a file as shows its form. */
const HEAD_BYTES = 64 * 1024

/**
 * The first bytes of a file of events; of standard input, which gives them again to its reader. Of what cannot be read,
 * none: whoever reads it on will say why.
 */
export async function headOf(path: string): Promise<Buffer> {
  if (path === '-') return headOfInput()
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return Buffer.alloc(0)
  }
}

async function headOfInput(): Promise<Buffer> {
  for await (const chunk of process.stdin.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk)
    process.stdin.unshift(bytes)
    return bytes
  }
  return Buffer.alloc(0)
}

/** The source of the events in a file, as its first bytes show it. */
export function sourceOf(head: Buffer): 'syscall' | 'k8s_audit' {
  return isCapture(head) || isSyscallText(head) ? 'syscall' : 'k8s_audit'
}
