import type { Readable, Writable } from 'node:stream'

/**
 * Sends a body as it comes, at the pace of the receiver: as long as announced, or in chunks.
 *
 * @param length - undefined: chunked
 * @param onEnd - called once; with an error where the body is not what was announced, or breaks off
 * @returns lets go of the body
 */
export function sendStreamed(
  body: Readable,
  socket: Writable,
  length: number | undefined,
  onEnd: (error?: Error) => void,
): () => void {
  let sent = 0
  const onDrain = () => body.resume()
  const onData = (data: Buffer) => {
    sent += data.length
    if (length !== undefined && sent > length) end(new Error('a body longer than announced'))
    else if (!write(data)) body.pause()
  }
  const onBodyEnd = () => {
    if (length !== undefined && sent < length) end(new Error('a body shorter than announced'))
    else {
      if (length === undefined) socket.write('0\r\n\r\n', 'latin1')
      end()
    }
  }
  const onGone = () => end(new Error('the request ended before its body'))
  const write = (data: Buffer) => {
    if (length !== undefined) return socket.write(data)
    socket.cork()
    socket.write(`${data.length.toString(16)}\r\n`, 'latin1')
    socket.write(data)
    const isTaken = socket.write('\r\n', 'latin1')
    socket.uncork()
    return isTaken
  }
  const release = () => {
    body.off('data', onData).off('end', onBodyEnd).off('error', onGone).off('close', onGone)
    socket.off('drain', onDrain)
  }
  const end = (error?: Error) => {
    release()
    onEnd(error)
  }
  socket.on('drain', onDrain)
  body.on('data', onData).on('end', onBodyEnd).on('error', onGone).on('close', onGone)
  return release
}
