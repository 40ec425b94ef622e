import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { ClusterError, innermostReason } from './cluster-error.ts'
import { credentialsOf } from './credentials.ts'
import { clusterMessages } from './messages.ts'

const { make } = clusterMessages

export interface ClusterRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** From the server's root, e.g. `/api/v1/pods`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** Of `body`; `application/json` by default. */
  readonly contentType?: string
  /** Until the answer is there: all of it, or of a stream its head. 30 by default. */
  readonly timeoutSeconds?: number
  readonly signal?: AbortSignal
}

export interface ClusterAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The JSON of the body; undefined for what is none, such as a proxy's error page. */
  readonly body: unknown
}

/** Requests to one API server with a kubeconfig's credentials, over connections that are kept. */
export interface ClusterClient {
  /** As the kubeconfig has it, without a slash at its end. */
  readonly server: string
  /**
   * Every status is an answer.
   *
   * @throws ClusterError ERR_CLUSTER_UNREACHABLE, ERR_CLUSTER_TIMEOUT, ERR_CLUSTER_CREDENTIALS, ERR_CLUSTER_ANSWER
   *   (longer than the limit)
   */
  request(request: ClusterRequest): Promise<ClusterAnswer>
  /** The same, with the body as it comes; the caller reads it to its end or destroys it. */
  stream(request: ClusterRequest): Promise<IncomingMessage>
  close(): void
}

/** A page of 500 large objects is a tenth of this. */
const BODY_LIMIT = 256 * 2 ** 20

/**
 * Talks to the API server of the kubeconfig's current context. The official client finds the credentials (client
 * certificates, tokens and their files, exec plugins) anew for every request, so that those that are renewed are used;
 * Node's own HTTP carries it.
 */
export function clusterClient(config: KubeConfig): ClusterClient {
  const server = config.getCurrentCluster()?.server.replace(/\/+$/, '') ?? ''
  const hasProxy = (config.getCurrentCluster()?.proxyUrl ?? '') !== ''
  const isSecure = server.startsWith('https:')
  let agent: HttpAgent | undefined
  let agentKey = ''
  const retired: HttpAgent[] = []

  /** Connections are kept, but not beyond a change of the credentials they were made with. */
  function agentFor({
    agent: ofProxy,
    ca,
    cert,
    key,
    pfx,
    passphrase,
    rejectUnauthorized,
    servername,
  }: RequestOptions) {
    if (hasProxy) return ofProxy
    const given = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }
    const tls = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const wanted = JSON.stringify(tls)
    if (agent === undefined || wanted !== agentKey) {
      if (agent !== undefined) retire(agent)
      agent = isSecure ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true })
      agentKey = wanted
    }
    return agent
  }

  /** Connections that carry a request go on; the others close. */
  function retire(old: HttpAgent): void {
    const inUse = retired.filter(({ sockets }) => Object.keys(sockets).length > 0)
    retired.splice(0, retired.length, ...inUse, old)
    for (const socket of Object.values(old.freeSockets).flat()) socket?.destroy()
  }

  async function send(request: ClusterRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const options = await credentialsOf(config)
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body))
    const query = new URLSearchParams(request.query).toString()
    const url = `${server}${request.path}${query === '' ? '' : `?${query}`}`
    const headers = {
      ...options.headers,
      // Key sets have a type of their own, and are refused to who takes nothing else.
      accept: 'application/json, application/jwk-set+json',
      ...(body !== undefined && {
        'content-type': request.contentType ?? 'application/json',
        'content-length': String(body.length),
      }),
    }
    const { auth } = options
    return new Promise((resolve, reject) => {
      const outgoing = (isSecure ? httpsRequest : httpRequest)(
        url,
        {
          method: request.method ?? 'GET',
          headers,
          agent: agentFor(options),
          signal,
          ...(auth != null && { auth }),
        },
        resolve,
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  /** Runs a request within its time; what went wrong becomes a ClusterError. */
  async function within<T>(request: ClusterRequest, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const seconds = request.timeoutSeconds ?? 30
    const end = new AbortController()
    const timer = setTimeout(() => end.abort(new DOMException('', 'TimeoutError')), seconds * 1000)
    const signal = request.signal === undefined ? end.signal : AbortSignal.any([end.signal, request.signal])
    try {
      return await run(signal)
    } catch (error) {
      if (error instanceof ClusterError) throw error
      if (end.signal.aborted)
        throw new ClusterError('ERR_CLUSTER_TIMEOUT', make.timeout({ server, seconds }), true)
      // Node quotes a header that it refuses, token and all.
      if (error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_CHAR')
        throw new ClusterError('ERR_CLUSTER_CREDENTIALS', make['credentials-form']({}), true)
      throw new ClusterError(
        'ERR_CLUSTER_UNREACHABLE',
        make.unreachable({ server, reason: innermostReason(error) }),
        true,
      )
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    server,
    request: (request) =>
      within(request, async (signal) => {
        const response = await send(request, signal)
        const text = await readText(response, request.path)
        return { status: response.statusCode ?? 0, headers: response.headers, body: parse(text) }
      }),
    stream: (request) =>
      within(request, (signal) => {
        // The time ends with the head; the caller's own signal goes on.
        return send(request, signal)
      }),
    close() {
      for (const each of retired) each.destroy()
      agent?.destroy()
    },
  }
}

async function readText(response: IncomingMessage, path: string): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_LIMIT) {
      const reason = `more than ${BODY_LIMIT / 2 ** 20} MiB`
      throw new ClusterError('ERR_CLUSTER_ANSWER', make.answer({ resource: path, reason }), false)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
