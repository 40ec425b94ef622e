import type { Passage } from '../pipeline/pipeline.ts'
import { type FailureStatus, RETRY_SECONDS } from '../pipeline/status.ts'
import type { ClientResponse } from './http.ts'
import { warningValue } from './warning.ts'

/** A request's body, read whole. */
export interface ReadBody {
  readonly data: Buffer
  readonly contentType: string
}

/** What the gate answers itself. */
export interface LocalAnswer {
  readonly code: number
  readonly contentType: string
  readonly body: string
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
  { code, contentType, body }: LocalAnswer,
  isHead: boolean,
  warnings: readonly string[] = [],
): void {
  const headers: Record<string, string | string[]> = {
    'content-type': contentType,
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-cache, private',
    'x-content-type-options': 'nosniff',
  }
  if (warnings.length > 0) headers['warning'] = warnings.map(warningValue)
  if (code === 429 || code === 503) headers['retry-after'] = String(RETRY_SECONDS)
  response.writeHead(code, headers)
  if (isHead) response.end()
  else response.end(body)
}
