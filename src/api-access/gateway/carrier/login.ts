import {
  type AuthenticationChain,
  answerLogin,
  LOGIN_BODY_LIMIT,
  type Login,
} from '../../authentication/index.ts'
import { type ClientRequest, type ClientResponse, peerOf } from './http.ts'

/** All paths of logins begin like this. */
const PREFIX = '/.haetae/'
/** Until a body is there. Whoever sends it has shown nothing yet. */
const BODY_MILLISECONDS = 10_000

/**
 * Answers logins of local users. Who comes here has no certificate yet, so it stands before authentication.
 *
 * @param chain - of the certificates that logins give
 * @param onError - faults that no client must be told of
 * @returns false for a request that is no login
 */
export function createLoginEndpoint(
  login: Login,
  chain: AuthenticationChain,
  onError: (error: unknown) => void,
): (request: ClientRequest, response: ClientResponse) => boolean {
  return (request, response) => {
    const path = request.url ?? ''
    if (!path.startsWith(PREFIX)) return false
    void answer(login, chain, request, response).catch((error: unknown) => {
      // The client went before it had said all.
      if (!request.complete) return
      onError(error)
      send(response, 500, {}, '{"message":"Internal Server Error"}')
    })
    return true
  }
}

async function answer(
  login: Login,
  chain: AuthenticationChain,
  request: ClientRequest,
  response: ClientResponse,
): Promise<void> {
  const late = setTimeout(() => {
    response.once('finish', () => request.destroy())
    send(response, 408, { connection: 'close' }, '{"message":"too slow"}')
  }, BODY_MILLISECONDS)
  const body = await readBody(request).finally(() => clearTimeout(late))
  if (body === undefined) return send(response, 413, { connection: 'close' }, '{"message":"too large"}')
  const { method = '', url: path = '' } = request
  const answered = await answerLogin(login, chain, { method, path, body, ...peerOf(request) })
  if (answered === undefined) send(response, 404, {}, '{"message":"not found"}')
  else send(response, answered.status, answered.headers, answered.body)
}

/** @returns undefined for more than a login may say */
async function readBody(request: ClientRequest): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > LOGIN_BODY_LIMIT) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function send(
  response: ClientResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  if (response.headersSent || response.destroyed) return
  // HTTP/2 knows no such header.
  const { connection, ...others } = headers
  const closing = connection === undefined || response.stream !== undefined ? {} : { connection }
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    'content-length': String(Buffer.byteLength(body)),
    ...others,
    ...closing,
  })
  response.end(body)
}
