import { createServer, type ServerHttp2Session } from 'node:http2'
import { BinaryWriter } from '@bufbuild/protobuf/wire'

/** Fields of an encoded message (protobuf.dev, "Encoding"). */
export const text = (field: number, value: string) => new BinaryWriter().tag(field, 2).string(value).finish()
export const number = (field: number, value: number | bigint) =>
  new BinaryWriter().tag(field, 0).int64(BigInt(value)).finish()
export const message = (field: number, ...parts: readonly Uint8Array[]) =>
  new BinaryWriter().tag(field, 2).bytes(Buffer.concat(parts)).finish()
/** One entry of a map of strings. */
export const entry = (field: number, key: string, value: string) =>
  message(field, text(1, key), text(2, value))

/** What is answered to a method such as `/runtime.v1.RuntimeService/ListContainers`; undefined: it is not known. */
export type Answer = (method: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>

const OK = '0'
const UNIMPLEMENTED = '12'

/**
 * A container runtime that speaks the runtime interface: gRPC without streaming over a unix socket.
 *
 * @param socket - path of the socket it is to listen at
 * @param answer - an answer that is never settled is a call that never ends
 * @returns the methods it was asked, in order, and its end, which cuts off the calls that are open
 */
export async function startContainerRuntime(
  socket: string,
  answer: Answer,
): Promise<{ readonly asked: readonly string[]; close(): Promise<void> }> {
  const asked: string[] = []
  const sessions = new Set<ServerHttp2Session>()
  const server = createServer()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  server.on('stream', async (stream, headers) => {
    // The caller hangs up once it has waited long enough.
    stream.on('error', () => undefined)
    const method = String(headers[':path'])
    asked.push(method)
    const found = await answer(method)
    if (stream.destroyed) return
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': found === undefined ? UNIMPLEMENTED : OK }),
    )
    stream.end(found === undefined ? undefined : framed(found))
  })
  await new Promise<void>((done) => server.listen(socket, done))
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done())
      for (const session of sessions) session.destroy()
    })
  return { asked, close }
}

/** A message with its head: not compressed, so many bytes. */
function framed(encoded: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(encoded.length, 1)
  return Buffer.concat([head, encoded])
}
