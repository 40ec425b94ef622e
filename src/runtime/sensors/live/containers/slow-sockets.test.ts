import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import {
  message,
  startContainerRuntime,
  text,
} from '../../../../../test/runtime/container-runtime.fixture.ts'
import { criSocket } from './cri.ts'
import { ContainerDirectory, type RuntimeSocket } from './directory.ts'
import { dockerSocket } from './docker.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-slow-sockets-'))
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ID = 'dceb771318c5'.padEnd(64, '0')
const OTHER = 'b'.repeat(64)

async function listen(server: Server, name: string): Promise<string> {
  const path = join(folder, `${name}-${ends.length}.sock`)
  await new Promise<void>((done) => server.listen(path, done))
  ends.push(() => new Promise((done) => server.close(done)))
  return path
}

/** Treats each connection as it likes; all are closed at the end. */
async function badRuntime(name: string, treat: (socket: Socket) => void): Promise<string> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
    treat(socket)
  })
  const path = await listen(server, name)
  ends.unshift(async () => {
    for (const socket of open) socket.destroy()
  })
  return path
}

/** Docker, which tells of one container. @param answer - when it may answer */
async function runtime(id: string, answer: () => Promise<unknown> = async () => undefined): Promise<string> {
  const server = createHttpServer(async ({ url }, response) => {
    await answer()
    response.end(JSON.stringify(url === '/containers/json' ? [{ Id: id, Names: ['/web'] }] : {}))
  })
  return listen(server, 'runtime')
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
const BAD: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['never answers', () => undefined],
  ['closes at once', (socket) => socket.destroy()],
  ['ends at once', (socket) => socket.end()],
  ['closes when it is asked', (socket) => socket.once('data', () => socket.destroy())],
  ['answers garbage', (socket) => socket.end(Buffer.from('\u0000\u0001garbage\r\n\r\n{', 'latin1'))],
  ['answers no JSON', (socket) => socket.end(`${HEAD}Content-Length: 7\r\n\r\ngarbage`)],
  ['answers no list', (socket) => socket.end(`${HEAD}Content-Length: 2\r\n\r\n{}`)],
  ['closes amid its answer', (socket) => socket.end(`${HEAD}Content-Length: 99\r\n\r\n[{"Id":"`)],
  [
    'answers bit by bit',
    (socket) => {
      socket.write(`${HEAD}Content-Length: 100000\r\n\r\n`)
      const timer = setInterval(() => socket.write(' '), 20)
      socket.on('close', () => clearInterval(timer))
    },
  ],
]
const KINDS: readonly (readonly [string, (path: string) => RuntimeSocket])[] = [
  ['docker', (path) => dockerSocket(path, 'docker')],
  ['cri', (path) => criSocket(path, 'containerd')],
]
const CASES = BAD.flatMap(([name, treat]) => KINDS.map(([kind, open]) => [name, kind, treat, open] as const))

test.each(CASES)('a runtime that %s is given up in time: %s', async (name, _, treat, open) => {
  const path = await badRuntime(name.replaceAll(' ', '-'), treat)
  await expect(open(path).list(300)).rejects.toThrow()
})

test.each(CASES)(
  'beside one that %s, another tells of its containers at once: %s',
  async (name, _, treat, open) => {
    const bad = open(await badRuntime(name.replaceAll(' ', '-'), treat))
    const good = dockerSocket(await runtime(ID), 'docker')
    const ids = await new Promise<readonly string[]>((done) => {
      const directory = new ContainerDirectory([bad, good], (containers) => {
        // It answers nothing for ever: that this is called at all is because nobody waits for it.
        directory.close()
        done(containers.map(({ fullId }) => fullId))
      })
      directory.want({ id: ID.slice(0, 12) })
      expect(directory.awaited(ID.slice(0, 12))).toBe('container')
    })
    expect(ids).toEqual([ID])
  },
)

test('a runtime that answers late is told of when it answers, and holds back neither another nor what is known', async () => {
  let mayAnswer = () => {}
  const held = new Promise<void>((done) => {
    mayAnswer = done
  })
  const late = dockerSocket(await runtime(ID, () => held), 'docker')
  const quick = dockerSocket(await runtime(OTHER), 'docker')
  const told: string[][] = []
  await new Promise<void>((done) => {
    const directory = new ContainerDirectory([late, quick], (containers) => {
      told.push(containers.map(({ id }) => id).sort())
      if (told.length === 1) {
        expect(directory.awaited(OTHER.slice(0, 12))).toBeUndefined()
        expect(directory.awaited(ID.slice(0, 12))).toBe('container')
        expect(directory.isOpen('container')).toBe(true)
        mayAnswer()
      }
      if (!containers.some(({ fullId }) => fullId === ID)) return
      expect(directory.awaited(ID.slice(0, 12))).toBeUndefined()
      directory.close()
      done()
    })
    for (const id of [ID, OTHER]) directory.want({ id: id.slice(0, 12) })
  })
  expect(told[0]).toEqual([OTHER.slice(0, 12)])
  expect(told.at(-1)).toEqual([OTHER.slice(0, 12), ID.slice(0, 12)].sort())
})

test('one that answers after three seconds is waited for', async () => {
  const late = dockerSocket(await runtime(ID, () => new Promise((done) => setTimeout(done, 3000))), 'docker')
  const found = await new Promise<readonly string[]>((done) => {
    const directory = new ContainerDirectory([late], (containers) => {
      directory.close()
      done(containers.map(({ name }) => name))
    })
    directory.want({ id: ID.slice(0, 12) })
  })
  expect(found).toEqual(['web'])
})

test('one that lists its containers, and is silent about each, is told of as it lists them', async () => {
  const list = message(1, text(1, ID))
  const path = join(folder, 'lists-alone.sock')
  const runtime = await startContainerRuntime(path, (method) =>
    method.endsWith('/ListContainers') ? list : new Promise(() => undefined),
  )
  ends.push(runtime.close)
  const found = await criSocket(path, 'containerd').list(5000)
  expect(found.map(({ fullId }) => fullId)).toEqual([ID])
})

test('one that gave no answer is not expected to give the next', async () => {
  const silent = { list: () => Promise.reject(new Error('no answer in time')) }
  const directory = new ContainerDirectory([silent], () => undefined)
  const asked = directory.refresh()
  expect(directory.isOpen('container')).toBe(true)
  await asked
  void directory.refresh()
  expect(directory.isOpen('container')).toBe(false)
  directory.close()
})

test('a container that is gone is told of once more, since events of it may still come', async () => {
  const told: string[][] = []
  const lists = [[ID, OTHER], [OTHER], [OTHER]]
  const list = async () => (lists.shift() ?? []).map((id) => readOne(id))
  const directory = new ContainerDirectory([{ list }], (containers) => {
    told.push(containers.map(({ fullId }) => fullId))
  })
  for (let times = 0; times < 3; times++) await directory.refresh()
  directory.close()
  expect(told).toEqual([[ID, OTHER], [OTHER, ID], [OTHER]])
})

function readOne(id: string) {
  const container = { id: id.slice(0, 12), fullId: id, name: '', labels: new Map() }
  return container as unknown as Awaited<ReturnType<RuntimeSocket['list']>>[number]
}
