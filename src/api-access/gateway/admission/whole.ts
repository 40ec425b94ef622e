import { statusOfFailure, Unanswered } from '../carrier/unanswered.ts'
import type { Upstream, UpstreamRequest } from '../carrier/upstream.ts'
import { gateNotAccepted } from '../pipeline/status.ts'

/** An answer of the API server, read to its end. */
export interface WholeAnswer {
  readonly status: number
  /** Name, value, name, value, …; names in lower case. */
  readonly headers: string[]
  readonly body: Buffer
}

/** "the limit of etcd is 1.5 MiB": an object in JSON is not larger than this. */
const LIMIT = 16 * 1024 * 1024

/** Sends a request whose answer is one object, or why there is none. @throws Unanswered */
export function sendWhole(upstream: Upstream, request: UpstreamRequest): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    let status = 0
    let headers: string[] = []
    const abort = upstream.send(request, {
      head(code, received) {
        // Of the gate's own credential: the client would take it for one of its own.
        if (code === 401) reject(new Unanswered(gateNotAccepted))
        status = code
        headers = received
      },
      data(chunk) {
        length += chunk.length
        if (length <= LIMIT) chunks.push(chunk)
        else {
          abort()
          reject(new Error('the answer of the API server is too large'))
        }
      },
      end: (last) =>
        resolve({ status, headers, body: Buffer.concat(last === undefined ? chunks : [...chunks, last]) }),
      failed: (error) => reject(new Unanswered(statusOfFailure(error))),
    })
  })
}
