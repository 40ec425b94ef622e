import { constants, openSync, statSync } from 'node:fs'
import { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'

/** How often to look whether a reader has come. */
const LOOK_MILLISECONDS = 100

/**
 * What is written at a time: a page, the least that a full pipe takes again, and takes as a whole ("writes of less than
 * PIPE_BUF bytes must be atomic", pipe(7)).
 */
const PIECE_BYTES = 4096

/** What standard output is, opened once more: not to wait is then of this opening, and not of others that share it. */
const STANDARD_OUTPUT = '/proc/self/fd/1'

/**
 * Opens a pipe to write into, `-` for standard output; undefined where it is none, or is not to be opened once more.
 *
 * Files are written by a thread that cannot be stopped: where nobody reads a pipe, it would wait for ever, and the program for
 * it. Standard output would be waited for by the program itself.
 */
export function openPipe(path: string): Writable | undefined {
  if (path === '-') {
    if (!isPipe(STANDARD_OUTPUT)) return undefined
    try {
      return new PipeWriter(STANDARD_OUTPUT, connect(STANDARD_OUTPUT))
    } catch {
      // Of another user, or without a reader already: as it is.
      return undefined
    }
  }
  return isPipe(path) ? new PipeWriter(path) : undefined
}

/**
 * Writes into a named pipe; what is written before a reader has come waits for one. Emits `taken` for each piece that the pipe
 * took: a slow reader takes a whole chunk only after a long while.
 */
class PipeWriter extends Writable {
  private readonly path: string
  private readonly ending = new AbortController()
  private socket: Promise<Socket> | undefined

  constructor(path: string, socket?: Socket) {
    super()
    this.path = path
    if (socket !== undefined) this.socket = Promise.resolve(this.watch(socket))
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.socket ??= this.waitForReader()
    this.socket.then((socket) => this.writePieces(socket, chunk, done), done)
  }

  private writePieces(socket: Socket, chunk: Buffer, done: (error?: Error | null) => void): void {
    socket.write(chunk.subarray(0, PIECE_BYTES), (error) => {
      if (error) {
        done(error)
        return
      }
      this.emit('taken')
      if (chunk.length <= PIECE_BYTES) done()
      else this.writePieces(socket, chunk.subarray(PIECE_BYTES), done)
    })
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.socket === undefined) done()
    else this.socket.then((socket) => socket.end(() => done()), done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.ending.abort()
    this.socket?.then(
      (socket) => socket.destroy(),
      () => undefined,
    )
    done(error)
  }

  /** @throws Error where the pipe is not to be opened, or is not wanted any more */
  private async waitForReader(): Promise<Socket> {
    const { signal } = this.ending
    for (;;) {
      try {
        return this.watch(connect(this.path))
      } catch (error) {
        // "ENXIO: O_NONBLOCK | O_WRONLY is set, the named file is a FIFO, and no process has the FIFO open for reading" (open(2)).
        if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error
      }
      await setTimeout(LOOK_MILLISECONDS, undefined, { signal })
    }
  }

  private watch(socket: Socket): Socket {
    return socket.on('error', (error) => this.destroy(error))
  }
}

/** @throws Error where nobody has it open to read */
function connect(path: string): Socket {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  return new Socket({ fd, readable: false, writable: true })
}

function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true
}
