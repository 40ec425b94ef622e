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
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > limit) break
    chunks.push(chunk)
  }
  if (bytes <= limit) return Buffer.concat(chunks)
  await discard(request)
  throw tooLarge(limit)
}

/** What is still thrown away of a body that is too large: its sender would otherwise see a broken connection, not why. */
const DISCARDED_BYTES = 64 * 1024 * 1024

async function discard(request: IncomingMessage): Promise<void> {
  let bytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > DISCARDED_BYTES) return
  }
}

function tooLarge(limit: number): BodyError {
  return new BodyError(413, `the body has more than ${limit} bytes`)
}
