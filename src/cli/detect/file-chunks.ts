import { Buffer } from 'node:buffer'
import { open } from 'node:fs/promises'

/** Fits the caches of a processor, so that what has been read is still there when it is looked at. */
const CHUNK_BYTES = 256 * 1024

/** The bytes of a file, chunk by chunk, all in one buffer: a chunk has to be done with when the next is asked for. */
export async function* fileChunks(path: string): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, null)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
