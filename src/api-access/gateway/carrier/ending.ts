import type { Duplex } from 'node:stream'

/** How long a client that has been told all is still listened to. */
const LINGER_MILLISECONDS = 1000
/** Without a byte on its way: a client that reads no further. */
const STALLED_MILLISECONDS = 60_000

/**
 * Ends a connection that carries nothing else any more: what has been written to it goes out, the last words behind it, and
 * what still comes is passed over for a moment, since a connection that is closed while something on it is unread is reset
 * ("lingering close", RFC 9112 §9.6). Then it is closed, also where the client never ends its own side: it would keep its
 * place for good.
 */
export function endConnection(socket: Duplex, last = ''): void {
  let timer: NodeJS.Timeout | undefined
  const linger = () => {
    timer ??= setTimeout(() => socket.destroy(), LINGER_MILLISECONDS).unref()
  }
  socket.once('close', () => clearTimeout(timer))
  if ('setTimeout' in socket && typeof socket.setTimeout === 'function')
    socket.setTimeout(STALLED_MILLISECONDS, () => socket.destroy())
  if (!socket.writableEnded) socket.end(last, 'latin1')
  if (socket.writableFinished) linger()
  else socket.once('finish', linger)
  socket.resume()
}
