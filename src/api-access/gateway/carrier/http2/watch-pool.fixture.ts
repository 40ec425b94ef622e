import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import {
  createSecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, createServer, type TLSSocket } from 'node:tls'
import { openAuthority } from '../../../authentication/index.ts'
import type { UpstreamFlow, UpstreamReceiver, UpstreamRequest } from '../upstream.ts'
import { WatchPool } from './watch-pool.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-http2-'))
const authority = await openAuthority({ folder })
const issued = await authority.issueServer(['127.0.0.1'], 3600)
const own = { cert: issued.certificate, key: issued.key }
rmSync(folder, { recursive: true })

/** What a test has opened, to be closed after it. */
export const opened: { close(): void }[] = []

async function poolBefore(server: Server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const alone: UpstreamRequest[] = []
  let unauthorized = 0
  const tls = { ca: authority.certificate }
  const pool = new WatchPool({
    url: new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`),
    tls,
    secureContext: createSecureContext(tls),
    onUnauthorized: () => unauthorized++,
    sendAlone: (request, receiver) => {
      alone.push(request)
      receiver.end(Buffer.from('alone'))
      return () => undefined
    },
  })
  opened.push({ close: () => pool.destroy() }, server)
  return { pool, alone, unauthorized: () => unauthorized }
}

/** A pool before a server that answers as a test wants. */
export async function answering(
  answer: (stream: ServerHttp2Stream, path: string, headers: readonly string[]) => void,
  settings: Settings = {},
) {
  const server = createSecureServer({ ...own, settings })
  const sessions: ServerHttp2Session[] = []
  server.on('session', (session) => {
    sessions.push(session)
    opened.push({ close: () => session.destroy() })
    session.on('error', () => undefined)
  })
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _: number, raw: string[]) => {
    stream.on('error', () => undefined)
    answer(stream, String(headers[':path']), raw)
  })
  return { ...(await poolBefore(server)), sessions }
}

/** A pool before a server that says what a test wants, byte by byte. */
export async function speaking(say: (socket: TLSSocket, came: Buffer) => void, protocol = 'h2') {
  const server = createServer({ ...own, ALPNProtocols: [protocol] }, (socket) => {
    opened.push({ close: () => socket.destroy() })
    socket.on('error', () => undefined).on('data', (data) => say(socket, data))
  })
  return await poolBefore(server)
}

/** A watch, and what its receiver has been told. */
export function watch(pool: WatchPool, request: Partial<UpstreamRequest> = {}) {
  const begun = Promise.withResolvers<UpstreamFlow>()
  const over = Promise.withResolvers<string>()
  const told = { status: 0, headers: [] as string[], text: '' }
  const waiting: { readonly length: number; readonly done: () => void }[] = []
  const add = (data: Buffer) => {
    told.text += data.toString('latin1')
    for (const { length, done } of waiting) if (told.text.length >= length) done()
  }
  const receiver: UpstreamReceiver = {
    head(status, headers, flow) {
      Object.assign(told, { status, headers })
      begun.resolve(flow)
    },
    data: add,
    end: (last) => over.resolve(`${told.status} ${told.text}${last ?? ''}`),
    failed: (error) => over.resolve(`failed: ${error.message}`),
  }
  const sent = { method: 'GET', target: '/', headers: [], body: undefined, timeout: 0, ...request }
  const abort = pool.send(sent, receiver)
  const has = (length: number) =>
    new Promise<void>((done) => {
      waiting.push({ length, done })
      add(Buffer.alloc(0))
    })
  return { told, begun: begun.promise, over: over.promise, has, abort }
}
