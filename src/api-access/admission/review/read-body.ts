import type { IncomingMessage } from 'node:http'

/** Why a body is not taken; `status` is the HTTP status that says so. */
export class BodyError extends Error {
  readonly status: 400 | 413 | 415

  constructor(status: 400 | 413 | 415, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * Reads a JSON body whole.
 *
 * @param limit - in bytes; nothing beyond it is kept
 * @throws BodyError for another type, one that is too large or that ends early
 */
export function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type))
    return Promise.reject(new BodyError(415, 'the body must be application/json'))
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge(limit))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) {
        request.pause()
        reject(tooLarge(limit))
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks, length).toString('utf8')))
    request.on('error', reject)
    request.on('aborted', () => reject(new BodyError(400, 'the body ended early')))
  })
}

function tooLarge(limit: number): BodyError {
  return new BodyError(413, `the body has more than ${limit} bytes`)
}
