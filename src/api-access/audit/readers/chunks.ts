import type { FileHandle } from 'node:fs/promises'
import { inflate, isGzip } from './inflate.ts'

const CHUNK_BYTES = 256 * 1024

/** A file's bytes from its beginning. Each chunk is overwritten by the next. */
export async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** Tells by the content, since a file may have any name. */
export async function isCompressed(file: FileHandle): Promise<boolean> {
  const start = Buffer.alloc(2)
  await file.read(start, 0, 2, 0)
  return isGzip(start)
}

/** A file's bytes from its beginning, inflated where it is compressed. */
export async function* inflatedChunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  yield* (await isCompressed(file)) ? inflate(chunksOf(file)) : chunksOf(file)
}
