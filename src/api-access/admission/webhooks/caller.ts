import { Agent, request as httpsRequest, type RequestOptions } from 'node:https'
import { LRUCache } from 'lru-cache'
import { errorText } from '../../../messages/index.ts'
import type { ClientConfig } from './definitions.ts'

/** Sends reviews to webhooks. */
export interface WebhookCaller {
  /**
   * @param seconds - how long the webhook may take
   * @returns the JSON of the answer
   * @throws Error where there is none: no connection, another status than 200, too long, too late
   */
  call(to: ClientConfig, body: unknown, seconds: number): Promise<unknown>
  close(): void
}

export interface CallerOptions {
  /** Where a service's port is reached, where its DNS name is not: outside of the cluster. */
  readonly resolve?: (
    service: NonNullable<ClientConfig['service']>,
  ) => { host: string; port: number } | undefined
}

/** As many as the API server keeps (`util/webhook`, `defaultCacheSize`). */
const AGENTS = 200
/** An answer is at most a patch of an object of 3 MiB, twice as long in base64. */
const ANSWER_BYTES = 16 * 2 ** 20

/** HTTPS over connections that are kept; a redirect is no answer. */
export function createWebhookCaller({ resolve }: CallerOptions = {}): WebhookCaller {
  const agents = new LRUCache<string, Agent>({ max: AGENTS, dispose: (agent) => agent.destroy() })
  const agentFor = (caBundle: string, servername: string): Agent => {
    const key = `${servername}\n${caBundle}`
    const agent =
      agents.get(key) ??
      new Agent({ keepAlive: true, maxSockets: 100, servername, ...(caBundle !== '' && { ca: caBundle }) })
    agents.set(key, agent)
    return agent
  }
  return {
    call(to, body, seconds) {
      const url = urlOf(to)
      const place = to.service === undefined ? undefined : resolve?.(to.service)
      url.searchParams.set('timeout', `${Math.ceil(seconds)}s`)
      const name = url.hostname.replace(/^\[|\]$/g, '')
      const text = JSON.stringify(body)
      return send(text, seconds, {
        host: place?.host ?? name,
        port: place?.port ?? Number(url.port || 443),
        path: `${url.pathname}${url.search}`,
        // An address has no name to ask for (RFC 6066 §3).
        agent: agentFor(to.caBundle, /^[\d.]+$|:/.test(name) ? '' : name),
        headers: {
          host: url.host,
          accept: 'application/json',
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        },
      }).catch((error: unknown) => {
        const reason = errorText(error)
        throw new Error(`Post ${JSON.stringify(url.href)}: ${reason}`)
      })
    },
    close: () => agents.clear(),
  }
}

function urlOf({ url, service }: ClientConfig): URL {
  if (url !== undefined) return new URL(url)
  if (service === undefined) throw new Error('webhook configuration must have either service or URL')
  const { name, namespace, port, path } = service
  return new URL(
    `https://${name}.${namespace}.svc:${port}${path.startsWith('/') || path === '' ? path : `/${path}`}`,
  )
}

function send(text: string, seconds: number, options: RequestOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(seconds * 1000)
    const outgoing = httpsRequest({ ...options, method: 'POST', signal }, (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > ANSWER_BYTES) outgoing.destroy(new Error('the answer is too long'))
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () => {
        const { statusCode = 0 } = response
        if (statusCode !== 200) {
          reject(new Error(`the server answered with HTTP ${statusCode}`))
          return
        }
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')))
        } catch {
          reject(new Error('the answer is no JSON'))
        }
      })
    })
    outgoing.on('error', (error) => reject(signal.aborted ? new Error('context deadline exceeded') : error))
    outgoing.end(text)
  })
}
