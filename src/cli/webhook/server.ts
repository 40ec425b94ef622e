import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** The object that is answered, or a refusal with its HTTP status. */
export type WebhookAnswer =
  | { readonly status: 201; readonly body: Readonly<Record<string, unknown>> }
  | { readonly status: 400 | 422; readonly message: string }

export interface WebhookServerOptions {
  readonly host: string
  readonly port: number
  /** In PEM. */
  readonly tls: { readonly cert: string; readonly key: string }
  /** In PEM: only who shows a certificate of it is answered. */
  readonly clientCa: string
  /** By path, e.g. `/authorize`: the JSON that was sent, the peer's address. */
  readonly handlers: Readonly<Record<string, (body: unknown, address: string) => Promise<WebhookAnswer>>>
  /** Before that, no review is answered. */
  readonly isReady: () => boolean
  readonly onError: (error: unknown) => void
}

/** A review is small: names, groups, a token. */
const BODY_BYTES = 1024 * 1024
/** What is still taken of a body that is larger, and thrown away. */
const DISCARDED_BYTES = 64 * 1024 * 1024
const IN_FLIGHT = 1000
const REQUEST_MILLISECONDS = 15_000

/**
 * Listens for the reviews of API servers. What cannot be answered gets an HTTP error, on which the API server goes by
 * its own failure policy: nothing is allowed by a fault.
 */
export async function openWebhookServer(
  options: WebhookServerOptions,
): Promise<{ readonly server: Server; readonly port: number }> {
  let inFlight = 0
  const server = createServer(
    {
      ...options.tls,
      ca: options.clientCa,
      requestCert: true,
      // Probes come without one; of reviews it is asked for below.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      requestTimeout: REQUEST_MILLISECONDS,
      headersTimeout: REQUEST_MILLISECONDS / 2,
      keepAliveTimeout: 120_000,
      maxHeaderSize: 16 * 1024,
    },
    async (request, response) => {
      if (inFlight >= IN_FLIGHT) return reply(response, 429, 'too many reviews at once')
      inFlight++
      try {
        await handle(options, request, response)
      } catch (error) {
        options.onError(error)
        reply(response, 500, 'the review could not be answered')
      } finally {
        inFlight--
      }
    },
  )
  server.maxConnections = IN_FLIGHT
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return { server, port: (server.address() as AddressInfo).port }
}

async function handle(
  { handlers, isReady }: WebhookServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?')
  if (request.method === 'GET' && path === '/livez') return reply(response, 200, 'ok')
  if (request.method === 'GET' && path === '/readyz')
    return isReady() ? reply(response, 200, 'ok') : reply(response, 503, 'not ready')
  const handler = Object.hasOwn(handlers, path) ? handlers[path] : undefined
  if (handler === undefined) return reply(response, 404, 'not found')
  if (request.method !== 'POST') return reply(response, 405, 'reviews are sent with POST')
  if (!(request.socket as TLSSocket).authorized) return reply(response, 403, 'a client certificate is needed')
  if (!isReady()) return reply(response, 503, 'not ready: the cluster has not been read yet')
  const text = await bodyOf(request)
  if (text === undefined) return reply(response, 413, `a review has at most ${BODY_BYTES} bytes`)
  const body = parsed(text)
  if (body === undefined) return reply(response, 400, 'the body is not JSON')
  const answer = await handler(body, request.socket.remoteAddress ?? '')
  if (answer.status !== 201) return reply(response, answer.status, answer.message)
  reply(response, 201, JSON.stringify(answer.body), 'application/json')
}

/**
 * @returns undefined for a body that is too large. It is read on and thrown away, up to a bound: a client that is still
 *   sending when the connection closes, as Go's, sees that and not its answer.
 */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= BODY_BYTES) chunks.push(chunk)
    if (size > BODY_BYTES + DISCARDED_BYTES) break
  }
  return size > BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function reply(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  if (response.headersSent || response.destroyed) return
  // The rest of a body that was refused is not waited for.
  const close = status >= 400 ? { connection: 'close' } : {}
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...close })
  response.end(text)
}
