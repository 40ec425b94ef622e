import type { X509Certificate } from 'node:crypto'
import type { User } from '../../request/index.ts'
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
  /** What came of it, for whoever keeps the trail; `invalid`: it was no request for a login. */
  readonly outcome: LoginAnswer['kind'] | 'invalid'
  /** Who is in now. */
  readonly user?: User
  /** Whom it was about, where it failed and there is such a user. */
  readonly of?: string
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
  const { kind } = outcome
  switch (kind) {
    case 'certificate': {
      const { certificate, notAfter, user } = outcome
      return { ...answer(200, { certificate, notAfter: notAfter.toISOString() }), outcome: kind, user }
    }
    case 'malformed':
      return { ...answer(400, { message: 'the certificate request is not usable' }), outcome: kind }
    case 'refused':
      return { ...answer(401, { message: 'Unauthorized' }), outcome: kind, ...ofWhom(outcome) }
    case 'wait': {
      const headers = { 'retry-after': String(outcome.seconds) }
      return { ...answer(429, { message: 'too many attempts' }, headers), outcome: kind, ...ofWhom(outcome) }
    }
  }
}

function ofWhom({ of }: { readonly of?: string }): { readonly of?: string } {
  return of === undefined ? {} : { of }
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
    outcome: 'invalid',
  }
}
