import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { anyCluster, needs } from '../../setup/needs.ts'
import { until } from '../../setup/work.ts'
import { findKubectl, GateProcess, kubectl, succeeds } from '../gate-process.ts'
import { openRaw, openTcp, statusesOf } from '../raw-client.ts'
import { expectNothingLeaked } from './leaks.ts'

const NAMESPACE = 'gate-loads'
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const MEGABYTE = 1024 * 1024
/** Megabytes by which the gate may grow under any of these: 100 KB for each idle connection with its TLS. */
const GROWTH = 1000
const IDLE = 10_000

/** Bodies are looked into, by stages and by the trail. */
const AUDIT = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'RequestResponse' }] }

/** How many files a process may open; for each connection there is one on both sides. */
const files = Number(
  execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).replace('unlimited', '1e9'),
)

describe('loads', needs(anyCluster.kubeconfig && findKubectl(), anyCluster.otherwise), () => {
  const direct = anyCluster.kubeconfig ?? ''
  const gate = new GateProcess(direct)
  let jane: ConnectionOptions = {}
  let kim = ''
  let before = 0

  beforeAll(async () => {
    await succeeds(direct, ['create', 'namespace', NAMESPACE])
    const binding = ['create', 'rolebinding', 'both', '--clusterrole=edit', '--user=jane', '--user=kim']
    await succeeds(direct, ['-n', NAMESPACE, ...binding])
    const policy = join(gate.folder, 'audit.json')
    writeFileSync(policy, JSON.stringify(AUDIT))
    await gate.start('--audit-policy-file', policy, '--enable-admission-plugins=PodSecurity')
    jane = await gate.credential('jane')
    kim = await gate.kubeconfig('kim')
    await others()
    before = gate.memory()
  })
  afterEach(async () => {
    // It is given back by and by.
    await until(
      async () => gate.memory() - before < GROWTH || undefined,
      () => `the gate to have less than ${before} and ${GROWTH} MB: ${gate.memory()}`,
    )
    await others()
  })
  afterAll(async () => {
    await kubectl(direct, ['delete', 'namespace', NAMESPACE, '--wait=false'])
    await gate.close()
  })

  /** Somebody else, to whom all this must not matter. */
  const others = () => succeeds(kim, ['-n', NAMESPACE, 'get', 'configmaps'])

  const nobody = () => ({ ca: gate.authority.certificate })
  const post = (...lines: string[]) =>
    `${[`POST ${PATH} HTTP/1.1`, 'Host: gate', 'Content-Type: application/json', ...lines].join('\r\n')}\r\n\r\n`

  /** @returns the status, with as much of the body sent as the gate takes */
  async function send(
    credential: ConnectionOptions,
    head: string,
    bytes: number,
    frame = (part: Buffer) => part,
  ) {
    const client = await openRaw(gate.port, credential)
    client.send(head)
    const part = frame(Buffer.alloc(64 * 1024, ' '))
    let sent = 0
    for (; sent < bytes && !client.socket.destroyed && client.text === ''; sent += 64 * 1024)
      if (!client.socket.write(part)) await Promise.race([drained(client.socket), client.ended()])
    const text = await client.ended()
    expectNothingLeaked(text)
    return { status: statusesOf(text)[0], sent }
  }

  const chunk = (part: Buffer) =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')])

  describe('bodies of 100 MB', () => {
    test.each<[string, () => ConnectionOptions, string, number, ((part: Buffer) => Buffer)?]>([
      ['with their length', () => jane, `Content-Length: ${100 * MEGABYTE}`, 413],
      ['in chunks', () => jane, 'Transfer-Encoding: chunked', 413, chunk],
      ['of nobody', nobody, `Content-Length: ${100 * MEGABYTE}`, 401],
      ['in chunks, of nobody', nobody, 'Transfer-Encoding: chunked', 401, chunk],
    ])('%s', async (_, credential, line, status, frame) => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => send(credential(), post(line), 100 * MEGABYTE, frame)),
      )
      // Who goes on sending may find the connection closed before the answer is read.
      const told = answers.map((answer) => answer.status).filter((each) => each !== undefined)
      for (const each of told) expect(each).toBe(status)
      // The gate has listened to a little of it, and closed.
      for (const { sent } of answers) expect(sent).toBeLessThan(50 * MEGABYTE)
    })

    test('to the login', async () => {
      const head = `POST /.haetae/login HTTP/1.1\r\nHost: gate\r\nContent-Length: ${100 * MEGABYTE}\r\n\r\n`
      const { status, sent } = await send(nobody(), head, 100 * MEGABYTE)
      expect([undefined, 413]).toContain(status)
      expect(sent).toBeLessThan(50 * MEGABYTE)
    })
  })

  describe('bodies that are bombs', () => {
    const depth = 1_000_000
    test.each<[string, string, string]>([
      ['arrays in arrays', 'application/json', `${'['.repeat(depth)}${']'.repeat(depth)}`],
      ['objects in objects', 'application/json', `${'{"a":'.repeat(400_000)}1${'}'.repeat(400_000)}`],
      ['arrays without their ends', 'application/json', '['.repeat(depth)],
      [
        'an object with a deep field',
        'application/json',
        `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`,
      ],
      ['YAML in YAML', 'application/yaml', `${'- '.repeat(depth)}x`],
      ['YAML, inline', 'application/yaml', `a: ${'['.repeat(depth)}`],
      [
        'YAML whose aliases unfold to billions',
        'application/yaml',
        [
          'a0: &a0 [x, x]',
          ...Array.from({ length: 40 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`),
        ].join('\n'),
      ],
      [
        'protobuf that is none',
        'application/vnd.kubernetes.protobuf',
        `k8s\0${'\x0a\xff\xff\xff\x7f'.repeat(1000)}`,
      ],
    ])('%s: refused', async (_, type, body) => {
      const status = await new Promise((done, fail) => {
        const options = {
          host: '127.0.0.1',
          port: gate.port,
          path: PATH,
          method: 'POST',
          agent: false,
          ...jane,
        }
        const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body, 'latin1') }
        request({ ...options, headers }, (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part
          })
          response.on('end', () => {
            expectNothingLeaked(text)
            done(response.statusCode)
          })
        })
          .on('error', fail)
          .end(body, 'latin1')
      })
      expect(status).toBe(400)
    })
  })

  test('heads, handshakes and bodies that come by drops: 408, and others are answered', async () => {
    const heads = await Promise.all(Array.from({ length: 100 }, () => openRaw(gate.port, nobody())))
    const bodies = await Promise.all(Array.from({ length: 100 }, () => openRaw(gate.port, jane)))
    const login = await openRaw(gate.port, nobody())
    const silent = await openTcp(gate.port)
    const silence = new Promise<void>((done) =>
      silent.on('error', () => undefined).once('close', () => done()),
    )
    silent.resume()
    const session = connectHttp2(`https://127.0.0.1:${gate.port}`, nobody())
    const unasked = new Promise<void>((done) =>
      session.on('error', () => undefined).once('close', () => done()),
    )
    for (const { send: drip } of heads) drip(`GET ${PATH} HTTP/1.1\r\nHost: gate\r\n`)
    for (const { send: drip } of bodies) drip(`${post('Content-Length: 1000')}{`)
    login.send('POST /.haetae/login HTTP/1.1\r\nHost: gate\r\nContent-Length: 1000\r\n\r\n{')
    let isOver = false
    const dripping = (async () => {
      for (let at = 0; !isOver; at++) {
        for (const { socket, send: drip } of heads) if (!socket.destroyed) drip(`X-${at}: y\r\n`)
        for (const { socket, send: drip } of [...bodies, login]) if (!socket.destroyed) drip(' ')
        await sleep(500)
      }
    })()
    await others()
    const answers = await Promise.all([...heads, ...bodies, login].map((client) => client.ended()))
    isOver = true
    await Promise.all([silence, unasked, dripping])
    expect(new Set(answers.flatMap(statusesOf))).toEqual(new Set([408]))
  })

  test('requests in a row whose answers are not read', async () => {
    const client = await openRaw(gate.port, jane)
    client.socket.pause()
    for (let at = 0; at < 20; at++) client.send(`GET ${PATH} HTTP/1.1\r\nHost: gate\r\n\r\n`.repeat(500))
    await others()
    client.socket.destroy()
  })

  test.skipIf(files < 2 * IDLE)(`${IDLE} idle connections: others are answered`, async () => {
    const sockets: TLSSocket[] = []
    const agent = new Agent({ keepAlive: true, ...(await gate.credential('kim')) })
    const ask = () =>
      new Promise<number>((done, fail) => {
        request({ host: '127.0.0.1', port: gate.port, path: PATH, agent }, (response) => {
          response.resume().on('end', () => done(response.statusCode ?? 0))
        })
          .on('error', fail)
          .end()
      })
    // Each has been answered once, so that it may stay for a while.
    const open = () =>
      new Promise<void>((done, fail) => {
        const socket = connect({ host: '127.0.0.1', port: gate.port, ...nobody() }, () =>
          socket.write('GET /livez HTTP/1.1\r\nHost: gate\r\n\r\n'),
        )
        socket.once('data', () => done()).on('error', fail)
        sockets.push(socket)
      })
    while (sockets.length < IDLE) {
      await Promise.all(Array.from({ length: 100 }, open))
      if (sockets.length % 1000 === 0) expect(await ask()).toBe(200)
    }
    for (let at = 0; at < 20; at++) expect(await ask()).toBe(200)
    await others()
    for (const socket of sockets) socket.on('error', () => undefined).destroy()
    agent.destroy()
  })

  test('the gate has told nothing of it', () => {
    expectNothingLeaked(gate.said.replace(/before https:\/\/\S+/g, ''))
  })
})

function drained(socket: TLSSocket): Promise<void> {
  return new Promise((done) => socket.once('drain', done))
}
