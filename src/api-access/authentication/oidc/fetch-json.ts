import { type RequestOptions, request } from 'node:https'

/** Fetches documents of identity providers. */
export type FetchText = (url: string, options: FetchOptions) => Promise<{ status: number; text: string }>
type FetchJson = (url: string, options: FetchOptions) => Promise<{ status: number; body: unknown }>

export interface FetchOptions {
  /** PEM; instead of the system's own authorities. */
  readonly certificateAuthority?: string
  /** To present as bearer token. */
  readonly accessToken?: string
}

const LIMIT = 2 ** 20
const TIMEOUT_MILLISECONDS = 10_000

/**
 * GET over HTTPS, no redirects followed: an issuer's address is what it says it is.
 *
 * @throws Error for anything but an answer of at most 1 MiB within ten seconds
 */
export const fetchText: FetchText = (url, { certificateAuthority, accessToken }) =>
  new Promise((resolve, reject) => {
    const options: RequestOptions = {
      headers: {
        accept: accessToken === undefined ? 'application/json' : 'application/jwt, application/json',
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
    }
    const outgoing = request(url, options, (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > LIMIT) response.destroy(tooLong())
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end()
  })

/** With a code, as the errors of Node.js have one: reports show no more of an error. */
function tooLong(): Error {
  return Object.assign(new Error('the answer is too long'), { code: 'ERR_ANSWER_TOO_LONG' })
}

/** As `fetchText`, for documents in JSON. @throws Error for others, too */
export function jsonBy(fetch: FetchText): FetchJson {
  return async (url, options) => {
    const { status, text } = await fetch(url, options)
    return { status, body: JSON.parse(text) }
  }
}
