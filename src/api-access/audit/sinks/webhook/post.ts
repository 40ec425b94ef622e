import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { reasonOf } from '../../../../messages/index.ts'
import type { WebhookCredentials, WebhookTarget } from './kubeconfig.ts'

const compress = promisify(gzip)

/** What became of a request. */
export type PostResult =
  | { readonly kind: 'taken' }
  /** Later may be better. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMilliseconds?: number }
  /** This body will never be taken. */
  | { readonly kind: 'refused'; readonly reason: string }

export interface Poster {
  /** @param records - each the JSON of an event */
  post(records: readonly Buffer[]): Promise<PostResult>
  close(): void
}

export interface PostOptions {
  readonly target: WebhookTarget
  readonly compress: boolean
  readonly timeoutMilliseconds: number
}

/** A receiver that says so does not want this body, whenever it comes: bad request, too large, unsupported, unprocessable. */
const REFUSALS = [400, 413, 415, 422]

const LIST_START = Buffer.from('{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[')
const LIST_END = Buffer.from(']}\n')
const COMMA = Buffer.from(',')

/** Posts events as the API server's webhook backend does: as an `EventList` of audit.k8s.io/v1. */
export function createPoster({ target, compress: compressed, timeoutMilliseconds }: PostOptions): Poster {
  const isSecure = target.url.protocol === 'https:'
  let agent: HttpAgent | undefined
  let agentKey = ''

  /** Connections are kept, but not beyond a change of the credentials they were made with. */
  function agentFor(tls: WebhookCredentials['tls']): HttpAgent {
    const key = JSON.stringify(tls)
    if (agent === undefined || key !== agentKey) {
      agent?.destroy()
      agent = isSecure ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true })
      agentKey = key
    }
    return agent
  }

  return {
    async post(records) {
      const json = bodyOf(records)
      const body = compressed ? await compress(json) : json
      let credentials: WebhookCredentials
      try {
        credentials = await target.credentials()
      } catch (error) {
        return { kind: 'failed', reason: reasonOf(error) }
      }
      const headers = {
        ...credentials.headers,
        'content-type': 'application/json',
        'content-length': body.length,
        ...(compressed && { 'content-encoding': 'gzip' }),
      }
      const options = {
        method: 'POST',
        headers,
        agent: agentFor(credentials.tls),
        timeout: timeoutMilliseconds,
      }
      return send(isSecure ? httpsRequest : httpRequest, target.url, options, body)
    },
    close: () => agent?.destroy(),
  }
}

function bodyOf(records: readonly Buffer[]): Buffer {
  const items = records.flatMap((record, index) => (index === 0 ? [record] : [COMMA, record]))
  return Buffer.concat([LIST_START, ...items, LIST_END])
}

function send(
  request: typeof httpRequest,
  url: URL,
  options: Parameters<typeof httpRequest>[1],
  body: Buffer,
): Promise<PostResult> {
  return new Promise((resolve) => {
    const outgoing = request(url, options, (response) => {
      response.resume()
      response.on('error', (error) => resolve({ kind: 'failed', reason: reasonOf(error) }))
      response.on('end', () => resolve(judge(response.statusCode ?? 0, response.headers['retry-after'])))
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error('ETIMEDOUT')))
    outgoing.on('error', (error) => resolve({ kind: 'failed', reason: reasonOf(error) }))
    outgoing.end(body)
  })
}

function judge(status: number, retryAfter: string | undefined): PostResult {
  if (status >= 200 && status < 300) return { kind: 'taken' }
  const reason = `HTTP ${status}`
  if (REFUSALS.includes(status)) return { kind: 'refused', reason }
  const seconds = Number(retryAfter)
  return Number.isFinite(seconds) && seconds > 0
    ? { kind: 'failed', reason, retryAfterMilliseconds: seconds * 1000 }
    : { kind: 'failed', reason }
}
