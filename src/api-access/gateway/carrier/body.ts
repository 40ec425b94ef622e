import { entityTooLarge, type FailureStatus, failure } from '../pipeline/status.ts'
import { type ClientRequest, hasBody } from './http.ts'

export interface BodyLimits {
  /** Of one body, in bytes. */
  readonly bytes: number
  /** Until it is there, in milliseconds. */
  readonly time: number
  /** Of all bodies that are held at once, in bytes. */
  readonly total: number
}

/** "maxRequestBodyBytes … 3MB": the API server's own limit for objects. */
export const BODY_LIMITS: BodyLimits = {
  bytes: 3 * 1024 * 1024,
  time: 30_000,
  total: 256 * 1024 * 1024,
}

const tooSlow = failure(408, 'Timeout', 'Timeout: the request body did not arrive in time')
const noRoom = failure(429, 'TooManyRequests', 'Too many requests, please try again later.')

/** Bodies are read whole before anything is done with them, so that a slow client holds nobody's place. */
export class BodyReader {
  readonly #limits: BodyLimits
  #held = 0

  constructor(limits: BodyLimits) {
    this.#limits = limits
  }

  /**
   * @returns undefined for a request without one
   * @throws BodyRefused
   */
  read(request: ClientRequest): Promise<Buffer> | undefined {
    if (!hasBody(request)) {
      if (!request.readableEnded) request.resume()
      return undefined
    }
    const { bytes, total } = this.#limits
    const announced = Number(request.headers['content-length'] ?? 0)
    if (announced > bytes) return Promise.reject(new BodyRefused(entityTooLarge(bytes)))
    if (this.#held + announced > total) return Promise.reject(new BodyRefused(noRoom))
    return this.#collect(request)
  }

  #collect(request: ClientRequest): Promise<Buffer> {
    const { bytes, time, total } = this.#limits
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let length = 0
      const end = (settle: () => void) => {
        clearTimeout(timer)
        request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
        this.#held -= length
        settle()
      }
      const refuse = (status: FailureStatus) => end(() => reject(new BodyRefused(status)))
      const onData = (chunk: Buffer) => {
        length += chunk.length
        this.#held += chunk.length
        if (length > bytes) refuse(entityTooLarge(bytes))
        else if (this.#held > total) refuse(noRoom)
        else chunks.push(chunk)
      }
      const onEnd = () =>
        end(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
      const onGone = () => refuse(failure(400, 'BadRequest', 'the request ended before its body'))
      const timer = setTimeout(() => refuse(tooSlow), time)
      request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
    })
  }
}

/** The request ends here. */
export class BodyRefused extends Error {
  readonly status: FailureStatus

  constructor(status: FailureStatus) {
    super(status.message)
    this.status = status
  }
}
