import { once } from 'node:events'
import type { ConnectionOptions } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { anyCluster, needs } from '../../setup/needs.ts'
import { until } from '../../setup/work.ts'
import { findKubectl, GateProcess, kubectl, succeeds } from '../gate-process.ts'
import { openRaw } from '../raw-client.ts'
import {
  FLAG,
  frame,
  get,
  headerBlock,
  PREFACE,
  request,
  reset,
  settings,
  TYPE,
  WINDOW,
} from './http2-frames.ts'
import { expectNothingLeaked } from './leaks.ts'

const NAMESPACE = 'gate-floods'
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`
/** Megabytes by which the gate may grow under any of these; each could make it hold hundreds. */
const GROWTH = 150

type Flood = (index: number) => Buffer
const stream = (index: number) => 2 * index + 1
const half = frame(TYPE.headers, FLAG.endStream, 1, get(PATH))

/** Frames as fast as they go, with nothing read, until the gate ends the connection; or until there are so many. */
const FLOODS: readonly (readonly [string, number, Flood])[] = [
  [
    'streams that are reset at once',
    20_000,
    (at) => Buffer.concat([request(stream(at), get(PATH)), reset(stream(at))]),
  ],
  [
    'streams that the gate has to reset',
    20_000,
    (at) =>
      Buffer.concat([
        request(stream(at), get(PATH)),
        frame(TYPE.windowUpdate, 0, stream(at), Buffer.alloc(4)),
      ]),
  ],
  [
    'a head that goes on for ever',
    20_000,
    (at) =>
      at === 0 ? half : frame(TYPE.continuation, 0, 1, headerBlock([[`x-${at}`, 'y'.repeat(16_000)]])),
  ],
  [
    'a head that goes on for ever with nothing',
    100_000,
    (at) => (at === 0 ? half : frame(TYPE.continuation, 0, 1)),
  ],
  ['pings', 100_000, () => frame(TYPE.ping, 0, 0, Buffer.alloc(8))],
  ['settings', 100_000, () => settings([WINDOW, 65_535])],
  [
    'data of nothing',
    100_000,
    (at) => (at === 0 ? frame(TYPE.headers, FLAG.endHeaders, 1, get(PATH)) : frame(TYPE.data, 0, 1)),
  ],
  ['more streams than there may be', 20_000, (at) => request(stream(at), get(PATH))],
  [
    'frames that nobody knows the type of, and of no stream',
    100_000,
    () => frame(TYPE.data, 0, 0, Buffer.from('x')),
  ],
]

describe('floods over HTTP/2', needs(anyCluster.kubeconfig && findKubectl(), anyCluster.otherwise), () => {
  const direct = anyCluster.kubeconfig ?? ''
  const gate = new GateProcess(direct)
  let jane: ConnectionOptions = {}
  let kim = ''
  let before = 0

  beforeAll(async () => {
    await succeeds(direct, ['create', 'namespace', NAMESPACE])
    const role = [
      '-n',
      NAMESPACE,
      'create',
      'rolebinding',
      'both',
      '--clusterrole=edit',
      '--user=jane',
      '--user=kim',
    ]
    await succeeds(direct, role)
    await gate.start()
    jane = await gate.credential('jane')
    kim = await gate.kubeconfig('kim')
    // What is loaded once has been loaded.
    await succeeds(kim, ['-n', NAMESPACE, 'get', 'configmaps'])
    before = gate.memory()
  })
  afterEach(async () => {
    // It is given back by and by.
    await until(
      async () => gate.memory() - before < GROWTH || undefined,
      () => `the gate to have less than ${before} and ${GROWTH} MB: ${gate.memory()}`,
    )
    await succeeds(kim, ['-n', NAMESPACE, 'get', 'configmaps'])
  })
  afterAll(async () => {
    await kubectl(direct, ['delete', 'namespace', NAMESPACE, '--wait=false'])
    await gate.close()
  })

  test.each(FLOODS)('%s: the connection ends', async (_, count, flood) => {
    const { socket, ended } = await openRaw(gate.port, jane, 'h2')
    // What was on its way when the gate closed comes back as an error, which says the same.
    const closed = new Promise<void>((done) => socket.once('close', () => done()))
    // What the gate has sent waits unread until it has closed.
    socket.write(Buffer.concat([PREFACE, settings()]))
    for (let at = 0; at < count && !socket.destroyed; ) {
      const frames: Buffer[] = []
      for (const end = at + 100; at < end; at++) frames.push(flood(at))
      if (!socket.write(Buffer.concat(frames)))
        await Promise.race([once(socket, 'drain').catch(() => undefined), closed])
    }
    await closed
    await ended()
    const seen = gate.events().filter(({ user }) => user.username === 'jane')
    // So few of them have come through that the cluster behind has hardly noticed.
    expect(seen.length).toBeLessThan(3_000)
  })

  test('a table of headers that unfolds to gigabytes: refused, stream by stream', async () => {
    const { socket } = await openRaw(gate.port, jane, 'h2')
    const entry = headerBlock([['x-bomb', 'y'.repeat(4000)]], true)
    socket.write(Buffer.concat([PREFACE, settings(), request(1, Buffer.concat([get(PATH), entry]))]))
    // 16,000 times one byte that stands for 4,000.
    const bomb = Buffer.concat([get(PATH), Buffer.alloc(16_000, 0x80 | 62)])
    for (let at = 1; at < 200 && !socket.destroyed; at++) socket.write(request(stream(at), bomb))
    await succeeds(kim, ['-n', NAMESPACE, 'get', 'configmaps'])
    const seen = gate.events().filter(({ user }) => user.username === 'jane')
    socket.destroy()
    expect(seen.length).toBeLessThan(3_000)
  })

  test('250 streams whose answers are never read: others are answered', async () => {
    for (let index = 0; index < 4; index++) {
      const map = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `large-${index}` },
        data: { a: 'x'.repeat(250_000) },
      }
      await succeeds(kim, ['-n', NAMESPACE, 'create', '-f', '-'], JSON.stringify(map))
    }
    const clients = await Promise.all([1, 2, 3].map(() => openRaw(gate.port, jane, 'h2')))
    for (const { socket } of clients) {
      socket.write(Buffer.concat([PREFACE, settings([WINDOW, 0])]))
      for (let at = 0; at < 200; at++) socket.write(request(stream(at), get(PATH)))
    }
    // More than there are places. Each of kim's requests finds one.
    for (let index = 0; index < 5; index++) {
      const { stdout } = await kubectl(kim, ['-n', NAMESPACE, 'get', 'configmaps', '-o', 'name'])
      expect(stdout).toContain('configmap/large-0')
    }
    for (const { socket } of clients) socket.destroy()
  })

  test('the gate has told nothing of it', () => {
    expectNothingLeaked(gate.said.replace(/before https:\/\/\S+/g, ''))
  })
})
