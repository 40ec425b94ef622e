import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BinaryWriter } from '@bufbuild/protobuf/wire'
import { afterAll, expect, test } from 'vitest'
import { listCriContainers, readContainers } from './cri.ts'
import { ContainerDirectory } from './directory.ts'
import { listDockerContainers } from './docker.ts'
import { splitImage } from './image.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-runtimes-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ID = 'dceb771318c5a9984d6310dfc0a0ea7d830009aadc8965ce9fec5608c7d3b64a'

/** As containerd encodes it, with a field that is not read (state) among them. */
function listOfOne(): Uint8Array {
  const entry = (key: string, value: string) =>
    new BinaryWriter().tag(1, 2).string(key).tag(2, 2).string(value).finish()
  const container = new BinaryWriter()
    .tag(1, 2)
    .string(ID)
    .tag(2, 2)
    .string('sandbox')
    .tag(3, 2)
    .bytes(new BinaryWriter().tag(1, 2).string('web').tag(2, 0).uint32(1).finish())
    .tag(4, 2)
    .bytes(new BinaryWriter().tag(1, 2).string('registry:5000/shop/web:1.2').finish())
    .tag(5, 2)
    .string('registry:5000/shop/web@sha256:abc')
    .tag(6, 0)
    .uint32(1)
    .tag(7, 0)
    .int64(1_700_000_000_000_000_000n)
    .tag(8, 2)
    .bytes(entry('io.kubernetes.pod.name', 'web-1'))
    .tag(8, 2)
    .bytes(entry('io.kubernetes.pod.namespace', 'shop'))
    .finish()
  return new BinaryWriter().tag(1, 2).bytes(container).finish()
}

test('containers as the runtime interface lists them', () => {
  const [container] = readContainers(listOfOne(), 'containerd')
  expect(container).toMatchObject({
    id: 'dceb771318c5',
    fullId: ID,
    name: 'web',
    type: 'containerd',
    image: 'registry:5000/shop/web:1.2',
    repository: 'registry:5000/shop/web',
    tag: '1.2',
    digest: 'sha256:abc',
    created: 1_700_000_000_000_000_000,
  })
  expect(container?.labels.get('io.kubernetes.pod.name')).toBe('web-1')
})

test('an older runtime that knows the older version only', async () => {
  const asked: string[] = []
  const server = createHttp2Server()
  server.on('stream', (stream, headers) => {
    const path = String(headers[':path'])
    asked.push(path)
    const isOld = path.startsWith('/runtime.v1alpha2.')
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isOld ? '0' : '12' }))
    const message = listOfOne()
    const head = Buffer.alloc(5)
    head.writeUInt32BE(message.length, 1)
    stream.end(isOld ? Buffer.concat([head, message]) : undefined)
  })
  const socket = join(folder, 'old.sock')
  await new Promise<void>((done) => server.listen(socket, done))
  try {
    expect((await listCriContainers(socket, 'containerd', 5000)).map(({ name }) => name)).toEqual(['web'])
    expect(asked).toEqual([
      '/runtime.v1.RuntimeService/ListContainers',
      '/runtime.v1alpha2.RuntimeService/ListContainers',
    ])
  } finally {
    await new Promise((done) => server.close(done))
  }
})

test('a socket that is not there is refused, not waited for', async () => {
  await expect(listCriContainers(join(folder, 'none.sock'), 'containerd', 5000)).rejects.toMatchObject({
    status: 14,
  })
})

test('containers as Docker and Podman list them', async () => {
  const list = [
    {
      Id: ID,
      Names: ['/db'],
      Image: 'postgres:17',
      ImageID: 'sha256:1',
      Created: 1_700_000_000,
      Labels: { a: 'b' },
    },
    { Names: ['/no-id'] },
  ]
  const server = createServer((_, response) => response.end(JSON.stringify(list)))
  const socket = join(folder, 'docker.sock')
  await new Promise<void>((done) => server.listen(socket, done))
  try {
    const found = await listDockerContainers(socket, 'docker', 5000)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ id: 'dceb771318c5', name: 'db', repository: 'postgres', tag: '17' })
  } finally {
    await new Promise((done) => server.close(done))
  }
})

test.each([
  ['nginx', 'nginx', '', ''],
  ['nginx:1.27', 'nginx', '1.27', ''],
  ['localhost:5000/nginx', 'localhost:5000/nginx', '', ''],
  ['localhost:5000/nginx:1@sha256:a', 'localhost:5000/nginx', '1', 'sha256:a'],
])('the parts of %s', (image, repository, tag, digest) => {
  expect(splitImage(image, '')).toEqual({ repository, tag, digest })
})

test('one question at a time, and none for what no runtime knows, over and over', async () => {
  let asked = 0
  const list = async () => {
    asked++
    return []
  }
  const directory = new ContainerDirectory([{ path: 'x', list }], () => undefined)
  for (let round = 0; round < 100; round++) directory.want('unknown')
  await directory.refresh()
  directory.close()
  expect(asked).toBeLessThanOrEqual(2)
})
