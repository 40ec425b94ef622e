import type { X509Certificate } from 'node:crypto'
import type { AuthenticationChain } from '../chain.ts'
import type { Login, LoginAnswer } from './login.ts'

/** Where the gate answers `haetae login`: no path of the Kubernetes API begins like this. */
export const LOGIN_PATH = '/.haetae/login'
export const RENEWAL_PATH = '/.haetae/renew'

/** The largest body that is read. */
export const LOGIN_BODY_LIMIT = 64 * 1024

export interface EndpointRequest {
  readonly method: string
  /** Without query. */
  readonly path: string
  /** At most `LOGIN_BODY_LIMIT` bytes. */
  readonly body: string
  readonly certificates: readonly X509Certificate[]
  readonly address: string
}

export interface EndpointAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON. */
  readonly body: string
}

/**
 * Answers requests to the login's paths; to be mounted before authentication, as who comes here has no certificate yet.
 *
 * `POST /.haetae/login {"user","password","code","certificateRequest"}` and, over a connection with a certificate that
 * still holds, `POST /.haetae/renew {"certificateRequest"}` → 200 `{"certificate","notAfter"}`; 400, 401, 405, 429 with
 * `Retry-After`.
 *
 * @param chain - of the client certificate authenticator alone will do
 * @returns undefined for any other path
 */
export async function answerLogin(
  login: Login,
  chain: AuthenticationChain,
  { method, path, body, certificates, address }: EndpointRequest,
): Promise<EndpointAnswer | undefined> {
  if (path !== LOGIN_PATH && path !== RENEWAL_PATH) return undefined
  if (method !== 'POST') return answer(405, { message: 'POST only' }, { allow: 'POST' })
  const fields = fieldsOf(body)
  const { user: name, password, code = '', certificateRequest } = fields
  if (typeof certificateRequest !== 'string') return answer(400, { message: 'certificateRequest is missing' })
  if (path === RENEWAL_PATH) {
    const outcome = await chain.authenticate({ headers: {}, certificates, address }, path)
    if (outcome.kind === 'unauthenticated') return render({ kind: 'refused' })
    return render(await login.renew(certificateRequest, outcome.by, certificates))
  }
  if (typeof name !== 'string' || typeof password !== 'string' || typeof code !== 'string')
    return answer(400, { message: 'user or password is missing' })
  return render(await login.enter({ name, password, code, certificateRequest, address }))
}

function render(outcome: LoginAnswer): EndpointAnswer {
  switch (outcome.kind) {
    case 'certificate':
      return answer(200, { certificate: outcome.certificate, notAfter: outcome.notAfter.toISOString() })
    case 'malformed':
      return answer(400, { message: 'the certificate request is not usable' })
    case 'refused':
      return answer(401, { message: 'Unauthorized' })
    case 'wait':
      return answer(429, { message: 'too many attempts' }, { 'retry-after': String(outcome.seconds) })
  }
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function answer(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): EndpointAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  }
}
