import type { Duplex } from 'node:stream'

/** How long a connection that is at its end may stay, in milliseconds. */
export interface EndingTimes {
  /** For which a client that has been refused is still listened to. */
  readonly refused: number
  /** The same after a stream, of which the kernel may still hold megabytes on their way: a reset would take them. */
  readonly stream: number
  /** In which nothing of what waits is taken: a client that reads no further, whatever it sends. */
  readonly stalled: number
}

/** The times of nginx: `lingering_timeout`, `lingering_time` and `send_timeout`. */
export const ENDING_TIMES: EndingTimes = { refused: 5000, stream: 30_000, stalled: 60_000 }

/**
 * Ends a connection that carries nothing else any more: what has been written to it goes out, the last words behind it, and
 * what still comes is passed over for a while, since a connection that is closed while something on it is unread, or to which
 * something is sent later, is reset ("lingering close", RFC 9112 §9.6). Then it is closed, also where the client never ends
 * its own side: it would keep its place for good.
 *
 * @param after - what has ended
 */
export function endConnection(
  socket: Duplex,
  after: 'refused' | 'stream',
  times: EndingTimes,
  last = '',
): void {
  if (!socket.writableEnded) socket.end(last, 'latin1')
  let linger: NodeJS.Timeout | undefined
  let left = socket.writableLength
  // No timeout of the socket's own, which each byte that comes would push on.
  const stalled = setInterval(() => {
    if (socket.writableLength >= left) socket.destroy()
    left = socket.writableLength
  }, times.stalled).unref()
  const finished = () => {
    clearInterval(stalled)
    linger = setTimeout(() => socket.destroy(), times[after]).unref()
  }
  socket.once('close', () => {
    clearInterval(stalled)
    clearTimeout(linger)
  })
  if (socket.writableFinished) finished()
  else socket.once('finish', finished)
  socket.resume()
}
