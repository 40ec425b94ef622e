import {
  type Agent,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Alert } from '../alert.ts'
import { withExactNumbers } from './exact-numbers.ts'
import { RefusedError, type Transport } from './output.ts'

export interface HttpOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Certificate authorities that the server is trusted by, PEM; those of the system by default. */
  readonly ca?: string
  readonly timeoutMilliseconds?: number
}

/** What is sent for an alert. */
export interface HttpBody {
  readonly contentType: string
  readonly text: string
}

const TIMEOUT_MILLISECONDS = 10_000

/** Posts each alert to a server, one after the other. */
export function createHttpTransport(
  url: URL,
  bodyOf: (alert: Alert) => HttpBody,
  options: HttpOptions = {},
): Transport {
  const isSecure = url.protocol === 'https:'
  const agent = isSecure
    ? new HttpsAgent({ keepAlive: true, ...(options.ca !== undefined && { ca: options.ca }) })
    : new HttpAgent({ keepAlive: true })
  return {
    batch: 1,
    async deliver(alerts) {
      for (const alert of alerts) await post(url, agent, bodyOf(alert), options)
    },
    async close() {
      agent.destroy()
    },
  }
}

/** An alert as JSON, as Falco's `http_output` sends it. */
export function jsonBody(alert: Alert): HttpBody {
  return { contentType: 'application/json', text: JSON.stringify(withExactNumbers(alert)) }
}

async function post(
  url: URL,
  agent: Agent,
  { contentType, text }: HttpBody,
  options: HttpOptions,
): Promise<void> {
  const { headers = {}, timeoutMilliseconds = TIMEOUT_MILLISECONDS } = options
  const status = await exchange(url, text, {
    method: 'POST',
    agent,
    signal: AbortSignal.timeout(timeoutMilliseconds),
    headers: {
      'user-agent': 'haetae',
      ...headers,
      'content-type': contentType,
      'content-length': Buffer.byteLength(text),
    },
  })
  if (status >= 200 && status < 300) return
  if (isTemporary(status)) throw new Error(`HTTP ${status}`)
  throw new RefusedError(`HTTP ${status}`)
}

/** RFC 9110, 15.5.9 and 15.6; RFC 6585, 4: the same request may succeed later. */
function isTemporary(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429
}

/** @returns the status of the answer, whose body is read to its end so that the connection can be used again */
function exchange(url: URL, text: string, options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const answer = (response: IncomingMessage) => {
      response.on('error', reject)
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.resume()
    }
    const request =
      url.protocol === 'https:' ? httpsRequest(url, options, answer) : httpRequest(url, options, answer)
    request.on('error', reject)
    request.end(text)
  })
}
