import { constants, createGunzip } from 'node:zlib'

/** How compressed data ended: complete, cut off, or broken before its end. */
export type CompressionEnd = 'whole' | 'cut' | 'broken'

/** Deflate makes at most 1032 bytes of one: bounds what one piece can become. */
const PIECE_BYTES = 16 * 1024

/** RFC 1952, 2.3.1: the identification bytes of gzip. */
export function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b
}

/**
 * Inflates gzip data, also of several members. Of data that is cut off it gives all there is, of broken data all but
 * what the piece with the broken place had. (The stream itself would drop what it holds when it fails.)
 */
export async function* inflate(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, CompressionEnd> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 })
  let inflated: Buffer[] = []
  let failure: NodeJS.ErrnoException | undefined
  let settle: () => void = () => {}
  gunzip.on('data', (data: Buffer) => inflated.push(data))
  gunzip.on('error', (error) => {
    failure = error
    settle()
  })
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length && failure === undefined; at += PIECE_BYTES) {
      const piece = Buffer.from(chunk.subarray(at, at + PIECE_BYTES))
      await unlessFailed((done) => gunzip.write(piece, () => done()))
      yield* inflated
      inflated = []
    }
    if (failure !== undefined) break
  }
  if (failure === undefined) await unlessFailed((done) => gunzip.on('end', done).end())
  yield* inflated
  gunzip.destroy()
  if (failure === undefined) return 'whole'
  return failure.errno === constants.Z_BUF_ERROR ? 'cut' : 'broken'

  /** Not `Promise.race` with one promise of failure for all: that would hold on to each that was raced with it. */
  function unlessFailed(begin: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      settle = resolve
      begin(resolve)
    })
  }
}
