import type { Readable } from 'node:stream'
import { createBytesDecoder } from './bytes.ts'
import { unreadable } from './files.ts'
import { inflate, isGzip } from './inflate.ts'
import { auditReaderMessages } from './messages.ts'
import { type AuditBatches, READ_LIMITS, type ReadLimits } from './reader.ts'

const { make } = auditReaderMessages

/**
 * Reads a stream such as standard input to its end, plain or gzip.
 *
 * @param source - its name for positions, `-` for standard input
 */
export async function* readStream(
  stream: Readable,
  source: string,
  limits: ReadLimits = READ_LIMITS,
): AuditBatches {
  try {
    yield* readChunks(stream, source, limits)
  } catch (error) {
    yield [unreadable(source, error)]
  }
}

async function* readChunks(stream: Readable, source: string, limits: ReadLimits): AuditBatches {
  const decoder = createBytesDecoder(source, limits)
  const chunks = withFirst(stream)
  const first = await chunks.next()
  if (first.done) return
  const compressed = isGzip(first.value)
  const pieces = compressed ? inflate(restored(first.value, chunks)) : restored(first.value, chunks)
  let next = await pieces.next()
  for (; !next.done; next = await pieces.next()) yield decoder.push(next.value)
  yield decoder.finish()
  if (next.value !== 'cut' && next.value !== 'broken') return
  const problem = next.value === 'cut' ? make['compression-cut']({}) : make['compression-broken']({})
  yield [{ code: 'ERR_COMPRESSION', problem, position: { source, line: 0, offset: decoder.offset } }]
}

/** Chunks of at least two bytes at first, so that gzip can be told. */
async function* withFirst(stream: Readable): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0)
  for await (const data of stream) {
    const chunk: Buffer = typeof data === 'string' ? Buffer.from(data) : data
    if (start === undefined) yield chunk
    else if (start.length + chunk.length < 2) start = Buffer.concat([start, chunk])
    else {
      yield Buffer.concat([start, chunk])
      start = undefined
    }
  }
  if (start !== undefined && start.length > 0) yield start
}

async function* restored(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}
