import { Buffer } from 'node:buffer'
import { pipeline, Readable } from 'node:stream'
import type { KernelEvent } from '../kernel/kernel-event.ts'
import type { Sensor, SensorProblem } from '../sensor.ts'
import { unreadable } from '../unreadable.ts'
import { type CaptureProblem, CaptureReader } from './capture-reader.ts'

const CHUNK_BYTES = 256 * 1024

const GZIP = [0x1f, 0x8b] as const

/**
 * Makes a sensor of a capture file of Falco or sysdig (.scap), plain or compressed by gzip. The events that it gives are
 * one object, moved along. Memory does not grow with the file.
 *
 * @param chunks - bytes; an error while they are read becomes a problem. A chunk is done with when the next is asked for
 * @param source - the file's name for positions
 */
export async function* senseCapture(chunks: AsyncIterable<Buffer>, source: string): Sensor<KernelEvent> {
  const reader = new CaptureReader()
  const position = { source, line: 0 }
  const take = (): SensorProblem[] =>
    reader.problems
      .splice(0)
      .map(({ code, problem }: CaptureProblem) => ({ code, problem, position, isLoss: true }))
  try {
    for await (const chunk of plain(chunks)) {
      reader.feed(chunk)
      yield { events: eventsOf(reader), problems: [] }
      if (reader.problems.length > 0) yield { events: [], problems: take() }
      if (reader.isOver) return
    }
    reader.finish()
    yield { events: [], problems: take() }
  } catch (error) {
    yield { events: [], problems: [...take(), unreadable(error, source)] }
  }
}

/** An iterator that makes no object for an event. */
function eventsOf(reader: CaptureReader): Iterable<KernelEvent> {
  const result: IteratorResult<KernelEvent, undefined> = { done: false, value: reader.event }
  const over: IteratorResult<KernelEvent, undefined> = { done: true, value: undefined }
  return { [Symbol.iterator]: () => ({ next: () => (reader.next() ? result : over) }) }
}

async function* plain(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]()
  try {
    const head = await headOf(iterator)
    if (head.length === 0) return
    const whole = joined(head, iterator)
    if (head[0] !== GZIP[0] || head[1] !== GZIP[1]) {
      yield* whole
      return
    }
    // Loaded where it is needed: it takes milliseconds.
    const { constants, createGunzip } = process.getBuiltinModule('node:zlib')
    // Of a file that is cut, all that is there is given; that it is cut, its last block shows.
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH })
    pipeline(Readable.from(copies(whole)), gunzip, () => {})
    yield* gunzip
  } finally {
    await iterator.return?.()
  }
}

/** The first chunk, and those behind it that are needed to see whether the bytes are compressed. */
async function headOf(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  const first = await iterator.next()
  if (first.done === true) return Buffer.alloc(0)
  let head = first.value
  while (head.length < GZIP.length) {
    head = Buffer.from(head)
    const next = await iterator.next()
    if (next.done === true) break
    head = Buffer.concat([head, next.value])
  }
  return head
}

async function* joined(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  yield head
  for (;;) {
    const next = await iterator.next()
    if (next.done === true) return
    yield next.value
  }
}

/** What waits to be unzipped must not change, as the bytes of a chunk may when the next one is read. */
async function* copies(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}
