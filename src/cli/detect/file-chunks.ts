import { Buffer } from 'node:buffer'
import { readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** Fits the caches of a processor, so that what has been read is still there when it is looked at. */
const CHUNK_BYTES = 256 * 1024

/** The bytes of a file, chunk by chunk, all in one buffer: a chunk has to be done with when the next is asked for. */
export async function* fileChunks(path: string): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    const read = (await file.stat()).isFile() ? readNow : readLater
    for (;;) {
      const bytesRead = await read(file, buffer)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** A file has its bytes at once: to hand the reading to another thread takes longer. In between, what else waits has its turn. */
async function readNow({ fd }: FileHandle, buffer: Buffer): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve))
  return readSync(fd, buffer, 0, CHUNK_BYTES, null)
}

/** A pipe may let its reader wait for as long as it likes. */
async function readLater(file: FileHandle, buffer: Buffer): Promise<number> {
  const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, null)
  return bytesRead
}
