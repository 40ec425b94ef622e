import type { Writable } from 'node:stream'
import type { TextSink } from './reporter.ts'

/** A sink with a consumer that may be slower than the scan. */
export interface StreamSink extends TextSink {
  /** undefined while the consumer keeps up; else a promise to wait for before more is written. */
  ready(): Promise<void> | undefined
  /** Writes the rest out. @throws the stream's own error, e.g. ENOSPC */
  close(): Promise<void>
}

const CHUNK_LENGTH = 64 * 1024

/**
 * Gathers small pieces into chunks of about 64 KiB, since each write to a stream costs a system call or a turn
 * of the event loop.
 *
 * @param stream - a file or standard output
 * @param options - `end`: whether closing the sink ends the stream (not for standard output)
 */
export function streamSink(stream: Writable, options: { readonly end: boolean }): StreamSink {
  let buffered = ''
  let full = false
  let failure: Error | undefined
  stream.on('error', (error: Error) => {
    failure ??= error
  })
  const flush = () => {
    if (buffered === '') return
    full = !stream.write(buffered)
    buffered = ''
  }
  return {
    write(text) {
      buffered += text
      if (buffered.length >= CHUNK_LENGTH) flush()
    },
    ready() {
      if (failure !== undefined) return Promise.reject(failure)
      if (!full) return undefined
      return settled(stream, 'drain').then(() => {
        full = false
      })
    },
    async close() {
      if (failure !== undefined) throw failure
      const rest = buffered
      buffered = ''
      await new Promise<void>((resolve, reject) => {
        stream.once('error', reject)
        const done = () => {
          stream.off('error', reject)
          resolve()
        }
        // The callback of a write comes after all earlier writes; an empty one still tells.
        if (options.end) stream.end(rest, done)
        else stream.write(rest, (error) => (error ? reject(error) : done()))
      })
    },
  }
}

function settled(stream: Writable, event: 'drain'): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => {
      stream.off(event, onEvent)
      reject(error)
    }
    const onEvent = () => {
      stream.off('error', onError)
      resolve()
    }
    stream.once(event, onEvent)
    stream.once('error', onError)
  })
}

/** Keeps the text in memory: for tests, and for reports that are passed on as a string. */
export function textSink(): TextSink & { text(): string } {
  const parts: string[] = []
  return {
    write(text) {
      parts.push(text)
    },
    text() {
      return parts.join('')
    },
  }
}
