import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import {
  type Answer,
  entry,
  message,
  number,
  startContainerRuntime,
  text,
} from '../../../../../test/runtime/container-runtime.fixture.ts'
import { criSocket } from './cri.ts'
import { readContainers } from './cri-messages.ts'
import { ContainerDirectory } from './directory.ts'
import { dockerSocket } from './docker.ts'
import { splitImage } from './image.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-runtimes-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ID = 'dceb771318c5a9984d6310dfc0a0ea7d830009aadc8965ce9fec5608c7d3b64a'

/** Milliseconds; longer than a busy machine takes for an answer. */
const PATIENCE = 60_000

/** As containerd encodes it, with a field that is not read (state) among them. */
function listOfOne(image = 'registry:5000/shop/web:1.2', imageRef = 'registry:5000/shop/web@sha256:abc') {
  return message(
    1,
    text(1, ID),
    text(2, 'sandbox'),
    message(3, text(1, 'web'), number(2, 1)),
    message(4, text(1, image)),
    text(5, imageRef),
    number(6, 1),
    number(7, 1_700_000_000_000_000_000n),
    entry(8, 'io.kubernetes.pod.name', 'web-1'),
    entry(8, 'io.kubernetes.pod.namespace', 'shop'),
  )
}

const INFO = {
  config: { image: { image: 'sha256:0123' }, linux: { security_context: { privileged: true } } },
  runtimeSpec: { annotations: { 'io.kubernetes.cri.image-name': 'registry:5000/shop/web:1.2' } },
}

/** What a containerd answers that knows the image by its digest alone. */
const ANSWERS: Readonly<Record<string, Uint8Array>> = {
  ListContainers: listOfOne('sha256:0123', 'sha256:0123'),
  ContainerStatus: Buffer.concat([
    message(
      1,
      message(8, text(1, 'sha256:0123')),
      text(9, 'registry:5000/shop/web@sha256:abc'),
      message(14, text(1, '/data'), text(2, '/srv/data'), number(3, 1), number(5, 1)),
    ),
    entry(2, 'info', JSON.stringify(INFO)),
  ]),
  ListPodSandbox: message(
    1,
    text(1, 'sandbox'),
    message(2, text(1, 'web-1'), text(2, 'uid-1'), text(3, 'shop')),
    number(4, 5),
    entry(5, 'app', 'web'),
  ),
  PodSandboxStatus: Buffer.concat([
    message(
      1,
      message(5, text(1, '10.0.0.9')),
      message(6, message(1, message(2, number(2, 2)))),
      entry(7, 'app', 'web'),
    ),
    entry(
      2,
      'info',
      JSON.stringify({
        cniResult: {
          Interfaces: { lo: {}, veth1: {}, eth0: { IPConfigs: [{ IP: '10.0.0.9' }], Mac: 'aa' } },
        },
      }),
    ),
  ]),
}

/** A runtime that answers so while it is used. @returns what it was asked */
async function withRuntime(
  answer: Answer,
  use: (socket: string) => Promise<void>,
): Promise<readonly string[]> {
  const socket = join(folder, `${Math.random()}.sock`)
  const runtime = await startContainerRuntime(socket, answer)
  try {
    await use(socket)
  } finally {
    await runtime.close()
  }
  return runtime.asked
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

test('what a list does not tell is asked once of each container', async () => {
  const asked = await withRuntime(
    (path) => ANSWERS[path.slice(path.lastIndexOf('/') + 1)],
    async (path) => {
      const socket = criSocket(path, 'containerd')
      const [container] = await socket.list(PATIENCE)
      expect(container).toMatchObject({
        name: 'web',
        image: 'registry:5000/shop/web:1.2',
        imageId: '0123',
        repository: 'registry:5000/shop/web',
        tag: '1.2',
        digest: 'sha256:abc',
        isPrivileged: true,
        ip: '10.0.0.9',
        cniResult: '{"eth0":{"IPConfigs":[{"IP":"10.0.0.9"}]}}',
        mounts: [
          { source: '/srv/data', destination: '/data', mode: '', writable: false, propagation: 'rslave' },
        ],
        hostPid: true,
        hostNetwork: false,
      })
      expect(container?.podLabels).toEqual(new Map([['app', 'web']]))
      expect(await socket.list(PATIENCE)).toEqual([container])
      const [sandbox] = (await socket.listSandboxes?.(PATIENCE)) ?? []
      expect(sandbox).toMatchObject({ fullId: 'sandbox', name: 'web-1', image: '', ip: '10.0.0.9' })
      expect(sandbox?.labels.get('io.kubernetes.pod.uid')).toBe('uid-1')
    },
  )
  expect(asked.map((path) => path.slice(path.lastIndexOf('/') + 1)).sort()).toEqual([
    'ContainerStatus',
    'ListContainers',
    'ListContainers',
    'ListPodSandbox',
    'PodSandboxStatus',
  ])
})

test('what a container was started with, and what its image starts', async () => {
  const info = (value: object) => entry(2, 'info', JSON.stringify(value))
  await withRuntime(
    (path) =>
      ({
        '/runtime.v1.RuntimeService/ContainerStatus': info({
          runtimeSpec: { process: { args: ['/bin/sh', '-c', 'x'] } },
        }),
        '/runtime.v1.ImageService/ImageStatus': info({
          imageSpec: { config: { Entrypoint: ['/start'], Cmd: ['--all'] } },
        }),
      })[path],
    async (path) => {
      const [container] = readContainers(listOfOne(), 'containerd')
      if (container === undefined) throw new Error('no container')
      expect(await criSocket(path, 'containerd').commandOf(container, PATIENCE)).toEqual({
        told: ['/bin/sh', '-c', 'x'],
        ofImage: ['/start', '--all'],
      })
    },
  )
})

test('an older runtime that knows the older version only', async () => {
  const asked = await withRuntime(
    (path) => (path === '/runtime.v1alpha2.RuntimeService/ListContainers' ? listOfOne() : undefined),
    async (path) => {
      const socket = criSocket(path, 'containerd')
      // What it says no more of stays as the list has it.
      expect((await socket.list(PATIENCE)).map(({ name, tag }) => [name, tag])).toEqual([['web', '1.2']])
    },
  )
  expect(asked).toEqual([
    '/runtime.v1.RuntimeService/ListContainers',
    '/runtime.v1alpha2.RuntimeService/ListContainers',
    '/runtime.v1alpha2.RuntimeService/ContainerStatus',
  ])
})

test('a socket that is not there is refused, not waited for', async () => {
  await expect(criSocket(join(folder, 'none.sock'), 'containerd').list(PATIENCE)).rejects.toMatchObject({
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
  const details = {
    Path: '/entry.sh',
    Args: ['postgres'],
    Image: 'sha256:1',
    HostConfig: { Privileged: true, NetworkMode: 'host' },
    NetworkSettings: { IPAddress: '', Networks: { bridge: { IPAddress: '172.17.0.2' } } },
    Mounts: [{ Source: '/srv', Destination: '/data', Mode: 'ro', RW: false, Propagation: 'rprivate' }],
  }
  const image = { Config: { Entrypoint: ['/entry.sh'], Cmd: ['postgres'] } }
  const server = createServer(({ url }, response) =>
    response.end(
      JSON.stringify(url === '/containers/json' ? list : url === '/images/sha256%3A1/json' ? image : details),
    ),
  )
  const socket = join(folder, 'docker.sock')
  await new Promise<void>((done) => server.listen(socket, done))
  try {
    const found = await dockerSocket(socket, 'docker').list(PATIENCE)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({
      id: 'dceb771318c5',
      name: 'db',
      repository: 'postgres',
      tag: '17',
      isPrivileged: true,
      ip: '172.17.0.2',
      hostNetwork: true,
      hostPid: false,
      mounts: [
        { source: '/srv', destination: '/data', mode: 'ro', writable: false, propagation: 'rprivate' },
      ],
    })
    const [db] = found
    expect(db && (await dockerSocket(socket, 'docker').commandOf(db, PATIENCE))).toEqual({
      told: ['/entry.sh', 'postgres'],
      ofImage: ['/entry.sh', 'postgres'],
    })
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
  const directory = new ContainerDirectory([{ list }], () => undefined)
  for (let round = 0; round < 100; round++) directory.want({ id: 'unknown' })
  await directory.refresh()
  directory.close()
  expect(asked).toBeLessThanOrEqual(2)
})

test('a container that the runtime lists after its last event is told all the same', async () => {
  const [listed] = readContainers(listOfOne(), 'containerd')
  if (listed === undefined) throw new TypeError('a container is listed')
  let asked = 0
  const list = async () => (++asked < 3 ? [] : [listed])
  const found = new Promise<readonly string[]>((done) => {
    const directory = new ContainerDirectory([{ list }], (containers) => {
      if (containers.length === 0) return
      directory.close()
      done(containers.map(({ id }) => id))
    })
    directory.want({ id: listed.id })
  })
  expect(await found).toEqual([listed.id])
  expect(asked).toBe(3)
})
