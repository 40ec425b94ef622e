import { type RequestOptions, request } from 'node:https'

/** Fetches documents of identity providers. */
export type FetchJson = (url: string, options: FetchOptions) => Promise<{ status: number; body: unknown }>

export interface FetchOptions {
  /** PEM; instead of the system's own authorities. */
  readonly certificateAuthority?: string
}

const LIMIT = 2 ** 20
const TIMEOUT_MILLISECONDS = 10_000

/**
 * GET over HTTPS, no redirects followed: an issuer's address is what it says it is.
 *
 * @throws Error for anything but an answer in JSON of at most 1 MiB within ten seconds
 */
export const fetchJson: FetchJson = (url, { certificateAuthority }) =>
  new Promise((resolve, reject) => {
    const options: RequestOptions = {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
    }
    const outgoing = request(url, options, (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > LIMIT) response.destroy(new Error('the answer is too long'))
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) })
        } catch (error) {
          reject(error)
        }
      })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
