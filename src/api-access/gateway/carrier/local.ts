import type { Passage } from '../pipeline/pipeline.ts'
import { type FailureStatus, RETRY_SECONDS } from '../pipeline/status.ts'
import type { ClientResponse } from './http.ts'
import { warningValue } from './warning.ts'

/** A request's body, read whole. */
export interface ReadBody {
  readonly data: Buffer
  readonly contentType: string
}

/** What the gate answers itself, or passes on of the API server once it has read all of it. */
export interface LocalAnswer {
  readonly code: number
  readonly contentType: string
  /** In bytes where it is the API server's: an object in protobuf is no text. */
  readonly body: string | Buffer
  /** Of the API server: name, value, name, value, …; names in lower case. */
  readonly headers?: readonly string[]
  /** For the event, where the answer is a failure. */
  readonly status?: FailureStatus
}

/**
 * Answers some requests in the API server's stead, after they have been authorized as any other: metrics, reviews.
 *
 * @returns undefined for a request that is to be forwarded
 */
export type LocalHandler = (
  passage: Passage,
  body: ReadBody | undefined,
) => LocalAnswer | undefined | Promise<LocalAnswer | undefined>

/** An object of the API as an answer. */
export function objectAnswer(code: number, object: object): LocalAnswer {
  return { code, contentType: 'application/json', body: `${JSON.stringify(object)}\n` }
}

export function failureAnswer(status: FailureStatus): LocalAnswer {
  return { ...objectAnswer(status.code, status), status }
}

export function sendLocal(
  response: ClientResponse,
  { code, contentType, body, headers: received }: LocalAnswer,
  isHead: boolean,
  warnings: readonly string[] = [],
): void {
  const headers: Headers = {
    ...(received === undefined ? headersOf(code) : grouped(received)),
    'content-type': contentType,
    'content-length': String(Buffer.byteLength(body)),
  }
  if (warnings.length > 0) headers['warning'] = [...(headers['warning'] ?? []), ...warnings.map(warningValue)]
  response.writeHead(code, headers)
  if (isHead) response.end()
  else response.end(body)
}

type Headers = Record<string, string | string[]>

function headersOf(code: number): Headers {
  return {
    'cache-control': 'no-cache, private',
    'x-content-type-options': 'nosniff',
    ...((code === 429 || code === 503) && { 'retry-after': String(RETRY_SECONDS) }),
  }
}

/** The gate names the event itself. */
const OWN = new Set(['content-length', 'content-type', 'audit-id'])

function grouped(received: readonly string[]): Headers {
  const headers: Record<string, string[]> = {}
  for (let index = 0; index < received.length; index += 2) {
    const [name = '', value = ''] = received.slice(index, index + 2)
    if (OWN.has(name)) continue
    const values = headers[name] ?? []
    values.push(value)
    headers[name] = values
  }
  return headers
}
