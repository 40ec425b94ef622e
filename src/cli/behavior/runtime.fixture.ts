import { createServer } from 'node:http2'
import { join } from 'node:path'
import { BinaryWriter } from '@bufbuild/protobuf/wire'

const text = (field: number, value: string) => new BinaryWriter().tag(field, 2).string(value).finish()
const message = (field: number, ...parts: readonly Uint8Array[]) =>
  new BinaryWriter().tag(field, 2).bytes(Buffer.concat(parts)).finish()
const label = (key: string, value: string) => message(8, text(1, key), text(2, value))

/** A container of a pod as the runtime interface lists it. @param id - twelve digits */
export interface ListedContainer {
  readonly id: string
  readonly namespace: string
  readonly pod: string
  readonly name: string
}

function encoded({ id, namespace, pod, name }: ListedContainer): Uint8Array {
  return message(
    1,
    text(1, id.padEnd(64, '0')),
    text(2, 'sandbox'),
    message(3, text(1, name)),
    message(4, text(1, 'shop/web:1.2')),
    label('io.kubernetes.pod.name', pod),
    label('io.kubernetes.pod.namespace', namespace),
    label('io.kubernetes.container.name', name),
  )
}

/**
 * A container runtime that lists these containers, and tells nothing else.
 *
 * @param folder - where its socket is to be
 * @param containers - as they are when it is asked
 */
export async function startRuntime(
  folder: string,
  containers: () => readonly ListedContainer[],
): Promise<{ readonly socket: string; close(): Promise<void> }> {
  const server = createServer()
  server.on('stream', (stream, headers) => {
    const isList = String(headers[':path']).endsWith('/ListContainers')
    const answer = isList ? Buffer.concat(containers().map(encoded)) : new Uint8Array()
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    const head = Buffer.alloc(5)
    head.writeUInt32BE(answer.length, 1)
    stream.end(Buffer.concat([head, answer]))
  })
  const socket = join(folder, 'runtime.sock')
  await new Promise<void>((done) => server.listen(socket, done))
  return { socket, close: () => new Promise((done) => server.close(() => done())) }
}
