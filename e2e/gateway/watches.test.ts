import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { request } from 'node:https'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiServer, connect, remove, succeed } from '../setup/api-server.ts'
import { makeNamespace } from '../setup/namespace.ts'
import { anyCluster, needs } from '../setup/needs.ts'
import { GateProcess } from './gate-process.ts'

const { kubeconfig, otherwise } = anyCluster
const NAMESPACE = 'gate-watches'
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const WATCHES = 40
const CONNECTIONS = 8
const CHANGES = 60

type Credential = Awaited<ReturnType<GateProcess['credential']>>

/** Begins an answer, and lets go of it. */
type Begin = (path: string) => { readonly answer: Promise<Readable>; readonly end: () => void }

describe('many watches of what changes fast', needs(kubeconfig, otherwise), () => {
  const gate = new GateProcess(kubeconfig ?? '')
  let server: ApiServer
  let credential: Credential

  beforeAll(async () => {
    server = await connect(kubeconfig ?? '')
    await makeNamespace(server, NAMESPACE)
    await gate.start()
    credential = await gate.credential('jane', ['system:masters'])
  })
  afterAll(async () => {
    await gate.close()
    await remove(server, `/api/v1/namespaces/${NAMESPACE}`)
    server.close()
  })

  test.each([
    ['by HTTP/1.1, a connection each', 'alone', () => aloneAt(gate.port, credential)],
    ['by HTTP/2, on shared connections', 'shared', () => sharedAt(gate.port, credential)],
  ])('%s: each is told of every change once, in order', async (_, name, open) => {
    const { begin, close } = open()
    const path = `${CONFIG_MAPS}/${name}`
    const made = await succeed(server, { method: 'POST', path: CONFIG_MAPS, body: { metadata: { name } } })
    const query = `${CONFIG_MAPS}?watch=1&fieldSelector=metadata.name%3D${name}`
    const watches = Array.from({ length: WATCHES }, () => new Watch(begin, query, versionOf(made)))
    try {
      await Promise.all(watches.map((watch) => watch.open()))
      const versions: string[] = []
      for (let index = 0; index < CHANGES; index++) {
        const body = { metadata: { name }, data: { index: `${index}` } }
        versions.push(versionOf(await succeed(server, { method: 'PUT', path, body })))
      }
      await expect
        .poll(() => watches.filter(({ versions }) => versions.length >= CHANGES).length)
        .toBe(WATCHES)
      for (const watch of watches) expect(watch.versions).toEqual(versions)
    } finally {
      for (const watch of watches) watch.close()
      close()
    }
  })
})

/** A watch that goes on where it was when the API server ends it, as clients do. */
class Watch {
  readonly #begin: Begin
  readonly #query: string
  readonly #since: string
  #end = () => {}
  #isClosed = false
  /** Of the object, as they were told. */
  readonly versions: string[] = []

  constructor(begin: Begin, query: string, since: string) {
    this.#begin = begin
    this.#query = query
    this.#since = since
  }

  async open(): Promise<void> {
    const version = this.versions.at(-1) ?? this.#since
    const { answer, end } = this.#begin(`${this.#query}&resourceVersion=${version}`)
    this.#end = end
    let text = ''
    const body = await answer
    body.setEncoding('utf8').on('data', (part: string) => {
      const lines = (text + part).split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) this.#told(line)
    })
    body.on('error', () => undefined)
    body.on('end', () => {
      if (!this.#isClosed) void this.open()
    })
  }

  close(): void {
    this.#isClosed = true
    this.#end()
  }

  #told(line: string): void {
    const { type, object } = JSON.parse(line)
    this.versions.push(type === 'MODIFIED' ? versionOf(object) : line)
  }
}

function versionOf({ metadata }: { readonly metadata?: { readonly [field: string]: unknown } }): string {
  return String(metadata?.['resourceVersion'])
}

function aloneAt(port: number, credential: Credential): { begin: Begin; close: () => void } {
  const begin: Begin = (path) => {
    const options = { host: '127.0.0.1', port, path, agent: false as const, ...credential }
    const { promise: answer, resolve, reject } = Promise.withResolvers<Readable>()
    const outgoing = request(options, (response) => {
      if (response.statusCode === 200) resolve(response)
      else reject(new Error(`${path}: ${response.statusCode}`))
    })
    outgoing.on('error', reject).end()
    return { answer, end: () => outgoing.destroy() }
  }
  return { begin, close: () => undefined }
}

function sharedAt(port: number, credential: Credential): { begin: Begin; close: () => void } {
  const sessions = Array.from({ length: CONNECTIONS }, (): ClientHttp2Session => {
    const session = connectHttp2(`https://127.0.0.1:${port}`, credential)
    return session.on('error', () => undefined)
  })
  let begun = 0
  const begin: Begin = (path) => {
    const { promise: answer, resolve, reject } = Promise.withResolvers<Readable>()
    const stream = sessions[begun++ % CONNECTIONS]?.request({ ':path': path })
    if (stream === undefined) throw new Error('no session')
    stream.on('error', reject).on('response', ({ ':status': status }) => {
      if (status === 200) resolve(stream)
      else reject(new Error(`${path}: ${status}`))
    })
    return { answer, end: () => stream.destroy() }
  }
  const close = () => {
    for (const session of sessions) session.destroy()
  }
  return { begin, close }
}
