import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

const inflate = promisify(gunzip)

export interface BodyLimits {
  /** As it is sent. */
  readonly bodyBytes: number
  /** Once it is inflated. */
  readonly inflatedBytes: number
}

/** Why a body is not taken: an HTTP status. */
export class BodyError extends Error {
  readonly status: 400 | 413 | 415

  constructor(status: BodyError['status'], reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'BodyError'
    this.status = status
  }
}

/**
 * Reads a request's body, and inflates it where it comes as gzip. Never holds more than the limits.
 *
 * @throws BodyError
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const { bodyBytes, inflatedBytes } = limits
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new BodyError(415, 'the body must be plain or gzip')
  if (Number(request.headers['content-length'] ?? 0) > bodyBytes) throw tooLarge(bodyBytes)
  const body = await collect(request, bodyBytes)
  if (encoding === 'identity') return body
  try {
    return await inflate(body, { maxOutputLength: inflatedBytes })
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    throw isTooLarge ? tooLarge(inflatedBytes) : new BodyError(400, 'the body is no gzip', { cause: error })
  }
}

async function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(limit: number): BodyError {
  return new BodyError(413, `the body has more than ${limit} bytes`)
}
