import {
  type AuthenticationChain,
  answerLogin,
  type EndpointAnswer,
  LOGIN_BODY_LIMIT,
  type Login,
} from '../../authentication/index.ts'
import { requestInfoOf } from '../../request/index.ts'
import { SILENT, type Trace } from '../trail/trace.ts'
import type { Trail } from '../trail/trail.ts'
import { type ClientRequest, type ClientResponse, peerOf } from './http.ts'

/** All paths of logins begin like this. */
const PREFIX = '/.haetae/'
/** Until a body is there. Whoever sends it has shown nothing yet. */
const BODY_MILLISECONDS = 10_000

export interface LoginEndpointOptions {
  readonly login: Login
  /** Of the certificates that logins give. */
  readonly chain: AuthenticationChain
  /** Where each attempt leaves an event. */
  readonly trail: Trail
  /** Told of each attempt, for the metrics. */
  readonly onLogin?: (outcome: EndpointAnswer['outcome']) => void
  /** Faults that no client must be told of. */
  readonly onError: (error: unknown) => void
}

/**
 * Answers logins of local users. Who comes here has no certificate yet, so it stands before authentication. No one is
 * given a certificate of which no event can be kept.
 *
 * @returns false for a request that is no login
 */
export function createLoginEndpoint(
  options: LoginEndpointOptions,
): (request: ClientRequest, response: ClientResponse) => boolean {
  return (request, response) => {
    const path = request.url ?? ''
    if (!path.startsWith(PREFIX)) return false
    void answer(options, request, response).catch((error: unknown) => {
      // The client went before it had said all.
      if (!request.complete) return
      options.onError(error)
      send(response, 500, {}, '{"message":"Internal Server Error"}')
    })
    return true
  }
}

async function answer(
  { login, chain, trail, onLogin }: LoginEndpointOptions,
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
  const peer = peerOf(request)
  const answered = await answerLogin(login, chain, { method, path, body, ...peer })
  if (answered === undefined) return send(response, 404, {}, '{"message":"not found"}')
  onLogin?.(answered.outcome)
  const trace = begin(trail, request, peer.address, answered)
  if (trace === undefined) return send(response, 503, {}, '{"message":"the audit trail cannot be kept"}')
  await trace.commit()
  send(response, answered.status, answered.headers, answered.body)
  trace.complete(answered.status)
}

/** What came of a login, and whom it was about where it failed. */
const OUTCOME_ANNOTATION = 'haetae.io/login'
const USER_ANNOTATION = 'haetae.io/login-user'

/** @returns undefined where no event finds a place */
function begin(
  trail: Trail,
  request: ClientRequest,
  address: string,
  { outcome, user, of }: EndpointAnswer,
): Trace | undefined {
  const { method = '', url = '', headers } = request
  const info = requestInfoOf(method, url)
  if ('fault' in info) return SILENT
  const userAgent = String(headers['user-agent'] ?? '')
  const asked = user === undefined ? info : { ...info, user }
  const trace = trail.begin(asked, { requestURI: url, sourceIPs: [address], userAgent })
  trace?.annotate({ [OUTCOME_ANNOTATION]: outcome, ...(of !== undefined && { [USER_ANNOTATION]: of }) })
  return trace
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
