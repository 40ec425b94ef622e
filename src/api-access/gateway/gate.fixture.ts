import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'
import type { ObjectView } from '../../kubernetes/index.ts'
import type { AdmissionChain } from '../admission/index.ts'
import { type AuditEvent, compilePolicy, createRedactor, decodePolicy, openFileSink } from '../audit/index.ts'
import {
  type Authority,
  authenticationChain,
  clientCertificateAuthenticator,
  openAuthority,
  parseCaBundle,
} from '../authentication/index.ts'
import { createAdmissionGate } from './admission/admission-gate.ts'
import { connectUpstream } from './carrier/pooled-upstream.ts'
import type { ListenOptions } from './carrier/server.ts'
import { type Gate, type GateOptions, openGate } from './gate.ts'
import { createPipeline, type PipelineOptions } from './pipeline/pipeline.ts'
import { openJournal } from './trail/journal.ts'
import { openTrail } from './trail/trail.ts'

/** What stands behind the gate in a test. */
export interface Behind {
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, first: Buffer) => void
}

export interface Bench {
  readonly folder: string
  readonly gate: Gate
  readonly authority: Authority
  /** Requests that came to the API server, in order. */
  readonly seen: IncomingMessage[]
  fetch(options: Fetch): Promise<Answer>
  /** A TLS connection as the user, for bytes that no client library would send. */
  raw(user?: string): Promise<TLSSocket>
  /** Closes the gate. @returns the events of the log */
  events(): Promise<readonly AuditEvent[]>
}

export interface Fetch {
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
  /** Whose certificate is shown; none: no certificate. */
  readonly as?: string
  /** Besides `system:authenticated`. */
  readonly groups?: readonly string[]
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly bytes: Buffer
}

const HOUR = 3600

/** A gate before an API server that answers what a test wants; its users have certificates of an own authority. */
export async function openBench(
  behind: Behind,
  options: Partial<GateOptions> &
    Partial<PipelineOptions> & {
      readonly level?: string
      readonly admissionChain?: AdmissionChain
      readonly objects?: ObjectView
      readonly connections?: ListenOptions['connections']
      readonly ending?: ListenOptions['ending']
    } = {},
): Promise<Bench & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-gate-'))
  const authority = await openAuthority({ folder: join(folder, 'ca') })
  const seen: IncomingMessage[] = []
  const upstream = await openUpstream(authority, behind, seen)
  const serving = await authority.issueServer(['localhost', '127.0.0.1'], HOUR)
  const decoded = decodePolicy({
    rules: [{ level: options.level ?? 'Metadata', omitStages: ['RequestReceived'] }],
  })
  if ('error' in decoded) throw new Error(decoded.error)
  const bundle = parseCaBundle(authority.certificate, 'ca.crt')
  const trusted = { value: () => bundle }
  const log = join(folder, 'audit.log')
  const trail = openTrail({
    policy: compilePolicy(decoded.policy),
    redact: createRedactor(),
    sinks: [await openFileSink({ path: log })],
    journal: openJournal({ folder: join(folder, 'journal') }),
  })
  const { certificate, key } = serving
  const to = await connectUpstream({
    target: {
      url: new URL(`https://127.0.0.1:${upstream.port}`),
      credentials: async () => ({
        headers: { authorization: 'Bearer of-the-gate' },
        tls: { ca: authority.certificate },
      }),
    },
    connections: 16,
  })
  const { admissionChain: chain, objects } = options
  const surroundings = {
    authorize: async () => ({ verdict: 'no-opinion', reason: { id: 'test.no', data: {} } }) as const,
    now: Date.now,
  }
  const gate = await openGate({
    listen: {
      host: '127.0.0.1',
      port: 0,
      certificate,
      key,
      clientCa: authority.certificate,
      ...(options.connections !== undefined && { connections: options.connections }),
      ...(options.ending !== undefined && { ending: options.ending }),
    },
    upstream: to,
    ...(chain !== undefined &&
      objects !== undefined && {
        admission: createAdmissionGate({
          chain,
          surroundings: { ...surroundings, objects },
          upstream: to,
          needsDefaults: false,
          timeout: 5000,
        }),
      }),
    pipeline: createPipeline({
      authentication: authenticationChain([clientCertificateAuthenticator(trusted)]),
      authorize: () => ({ verdict: 'no-opinion', reason: { id: 'test.no', data: {} } }),
      render: ({ id }) => id,
      trail,
      ...options,
    }),
    ...options,
  })
  const clients = new Map<string, Promise<{ cert: string; key: string }>>()
  const client = (name: string, groups: readonly string[] = []) => {
    const known = clients.get(name)
    if (known !== undefined) return known
    const issued = authority
      .issueClient({ name, groups: ['system:authenticated', ...groups] }, HOUR)
      .then((pair) => ({ cert: pair.certificate, key: pair.key }))
    clients.set(name, issued)
    return issued
  }
  let isClosed = false
  const close = async () => {
    if (isClosed) return
    isClosed = true
    await gate.close(2000)
    await trail.close()
    upstream.close()
  }
  return {
    folder,
    gate,
    authority,
    seen,
    fetch: async (call) =>
      send(
        gate.address.port,
        { ca: authority.certificate, ...(call.as && (await client(call.as, call.groups))) },
        call,
      ),
    raw: async (user) => {
      const tls = { ca: authority.certificate, ...(user !== undefined && (await client(user))) }
      return new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: gate.address.port, ...tls }, () => resolve(socket))
        socket.on('error', reject)
      })
    },
    async events() {
      await close()
      return readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    },
    async close() {
      await close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function openUpstream(authority: Authority, { answer, upgrade }: Behind, seen: IncomingMessage[]) {
  const { certificate, key } = await authority.issueServer(['127.0.0.1'], HOUR)
  const server = createServer({ cert: certificate, key }, (request, response) => {
    seen.push(request)
    if (answer !== undefined) answer(request, response)
    else {
      request.resume()
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"Pod"}')
    }
  })
  if (upgrade !== undefined)
    server.on('upgrade', (request, socket, first) => {
      seen.push(request)
      // The gate may break off before it has read all.
      socket.on('error', () => undefined)
      upgrade(request, socket, first)
    })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function send(
  port: number,
  tls: { ca: string; cert?: string; key?: string },
  { path, method = 'GET', headers = {}, body }: Fetch,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { ...headers } as Record<string, string>,
        agent: false,
        ...tls,
      },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => {
          const bytes = Buffer.concat(parts)
          const { statusCode: status = 0, headers } = response
          resolve({ status, headers, text: bytes.toString('utf8'), bytes })
        })
        response.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
