import { Buffer } from 'node:buffer'
import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2'
import { connect } from 'node:net'

/** A call that the server answered with an error, or not at all. `status` is gRPC's: 12 is `UNIMPLEMENTED`. */
export class GrpcError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'GrpcError'
    this.status = status
  }
}

/** gRPC's `UNAVAILABLE` and `UNIMPLEMENTED` (grpc.io, "Status codes and their use in gRPC"). */
export const UNAVAILABLE = 14
export const UNIMPLEMENTED = 12

const FRAME_HEAD = 5
/** A list of all containers of the largest node is far smaller. */
const LONGEST_ANSWER = 32 * 1024 * 1024

/**
 * One call without streaming over a unix socket (gRPC over HTTP2, "Requests", "Responses"): all that container runtimes
 * are asked. Opens a connection and closes it.
 *
 * @param socket - path of the socket
 * @param method - e.g. `/runtime.v1.RuntimeService/ListContainers`
 * @param request - the encoded message
 * @returns the encoded answer
 * @throws GrpcError
 */
export async function callGrpc(
  socket: string,
  method: string,
  request: Uint8Array,
  milliseconds: number,
): Promise<Buffer> {
  const session = connectHttp2('http://localhost', { createConnection: () => connect(socket) })
  try {
    return await exchange(session, method, request, milliseconds)
  } finally {
    session.destroy()
  }
}

function exchange(
  session: ClientHttp2Session,
  method: string,
  request: Uint8Array,
  milliseconds: number,
): Promise<Buffer> {
  return new Promise((done, refuse) => {
    const fail = (status: number, reason: string) => refuse(new GrpcError(status, reason))
    session.on('error', (error) => fail(UNAVAILABLE, error.message))
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: method,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      te: 'trailers',
    })
    // Of the whole exchange: one that answers bit by bit is late, too.
    const late = setTimeout(() => fail(UNAVAILABLE, 'no answer in time'), milliseconds).unref()
    stream.on('close', () => {
      clearTimeout(late)
      fail(UNAVAILABLE, 'the connection was closed')
    })
    const chunks: Buffer[] = []
    let size = 0
    let status: string | undefined
    let message = ''
    const takeStatus = (headers: Record<string, unknown>) => {
      if (headers['grpc-status'] === undefined) return
      status = String(headers['grpc-status'])
      message = String(headers['grpc-message'] ?? '')
    }
    stream.on('response', takeStatus)
    stream.on('trailers', takeStatus)
    stream.on('error', (error) => fail(UNAVAILABLE, error.message))
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > LONGEST_ANSWER) fail(UNAVAILABLE, 'the answer is too long')
      else chunks.push(chunk)
    })
    stream.on('end', () => {
      if (status !== '0') return fail(Number(status ?? UNAVAILABLE), message || 'no status')
      const answer = Buffer.concat(chunks)
      if (answer.length < FRAME_HEAD || answer[0] !== 0)
        return fail(UNAVAILABLE, 'the answer is no plain message')
      done(answer.subarray(FRAME_HEAD, FRAME_HEAD + answer.readUInt32BE(1)))
    })
    const head = Buffer.alloc(FRAME_HEAD)
    head.writeUInt32BE(request.length, 1)
    stream.end(Buffer.concat([head, request]))
  })
}
