import type { Writable } from 'node:stream'
import type { ReportSink } from './reporter.ts'
import { Utf8Chunks } from './utf8.ts'

/** A sink with a consumer that may be slower than the scan. */
export interface StreamSink extends ReportSink {
  /** undefined while the consumer keeps up; else a promise to wait for before more is written. */
  ready(): Promise<void> | undefined
  /** Writes the rest out. @throws the stream's own error, e.g. ENOSPC */
  close(): Promise<void>
}

/**
 * Writes a report to a stream in large chunks, since each write costs a system call or a turn of the event loop.
 *
 * @param stream - a file or standard output
 * @param options - `end`: whether closing the sink ends the stream (not for standard output)
 */
export function streamSink(stream: Writable, options: { readonly end: boolean }): StreamSink {
  let full = false
  let failure: Error | undefined
  stream.on('error', (error: Error) => {
    failure ??= error
  })
  const chunks: Utf8Chunks = new Utf8Chunks((chunk) => {
    let isGivenBack = false
    const giveBack = () => {
      if (!isGivenBack) chunks.reuse(chunk)
      isGivenBack = true
    }
    full = !stream.write(chunk, giveBack)
    // A file or an idle pipe has taken it at once; the callback comes only when this turn ends.
    if (stream.writableLength === 0) giveBack()
  })
  return {
    ...writerOf(chunks),
    ready() {
      if (failure !== undefined) return Promise.reject(failure)
      if (!full) return undefined
      return drained(stream).then(() => {
        full = false
      })
    },
    async close() {
      chunks.flush()
      if (failure !== undefined) throw failure
      await new Promise<void>((resolve, reject) => {
        stream.once('error', reject)
        const done = (error?: Error | null) => {
          stream.off('error', reject)
          if (error) reject(error)
          else resolve()
        }
        // Its callback comes after those of all earlier writes.
        if (options.end) stream.end(done)
        else stream.write('', done)
      })
    },
  }
}

function drained(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!stream.writableNeedDrain) {
      resolve()
      return
    }
    const settle = (error?: Error) => {
      stream.off('drain', settle)
      stream.off('error', settle)
      if (error === undefined) resolve()
      else reject(error)
    }
    stream.once('drain', settle)
    stream.once('error', settle)
  })
}

/** Keeps the text in memory: for reports that are passed on as a string. */
export function textSink(): ReportSink & { text(): string } {
  const parts: Uint8Array[] = []
  const chunks = new Utf8Chunks((chunk) => {
    parts.push(chunk)
  })
  return {
    ...writerOf(chunks),
    text() {
      chunks.flush()
      return Buffer.concat(parts).toString()
    },
  }
}

/** The chunks' own functions, without `this`. */
function writerOf(chunks: ReportSink): ReportSink {
  return {
    write: (text) => chunks.write(text),
    writeBytes: (bytes) => chunks.writeBytes(bytes),
    giveBytes: (bytes) => chunks.giveBytes(bytes),
    writeNumber: (number) => chunks.writeNumber(number),
    writeLine: (line) => chunks.writeLine(line),
    writeLineBlank: (line) => chunks.writeLineBlank(line),
    writeOwn: (number, bytes) => chunks.writeOwn(number, bytes),
    beginStencil: (line) => chunks.beginStencil(line),
    endStencil: () => chunks.endStencil(),
    writeStencil: (stencil, own, line) => chunks.writeStencil(stencil, own, line),
  }
}
