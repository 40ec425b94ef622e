import { type RequestOptions, request } from 'node:https'
import { LOGIN_PATH, newCertificateRequest, RENEWAL_PATH } from '../../api-access/authentication/index.ts'
import type { Message } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'
import { loginMessages } from './messages.ts'

const { make } = loginMessages

/** A gate and how it is trusted. */
export interface GateAddress {
  /** E.g. `https://gate.example.com:8443`. */
  readonly server: string
  /** PEM; instead of the system's authorities. */
  readonly certificateAuthority?: string
}

/** What a login gives: a certificate and its key in PEM form. */
export interface Credential {
  readonly certificate: string
  readonly key: string
  /** As a date of JSON. */
  readonly notAfter: string
}

const TIMEOUT_MILLISECONDS = 30_000
const LIMIT = 2 ** 20

/** @throws UsageError ERR_LOGIN, ERR_LOGIN_SERVER */
export function logIn(
  gate: GateAddress,
  person: { readonly user: string; readonly password: string; readonly code: string },
): Promise<Credential> {
  return obtain(gate, LOGIN_PATH, person, {})
}

/** @throws UsageError ERR_LOGIN where the session has ended, ERR_LOGIN_SERVER */
export function renew(gate: GateAddress, { certificate, key }: Credential): Promise<Credential> {
  return obtain(gate, RENEWAL_PATH, {}, { cert: certificate, key })
}

/** The key is made here and stays here. */
async function obtain(
  gate: GateAddress,
  path: string,
  fields: object,
  identity: Pick<RequestOptions, 'cert' | 'key'>,
): Promise<Credential> {
  const { key, request: certificateRequest } = await newCertificateRequest()
  const { status, retryAfter, body } = await post(gate, path, { ...fields, certificateRequest }, identity)
  if (status === 401) throw refused(make.refused({}))
  if (status === 429) throw refused(make.wait({ seconds: retryAfter }))
  const { certificate, notAfter } = (body ?? {}) as { certificate?: unknown; notAfter?: unknown }
  if (status !== 200 || typeof certificate !== 'string' || typeof notAfter !== 'string')
    throw unusable(make.answer({ server: gate.server, status }))
  return { certificate, key, notAfter }
}

function post(
  { server, certificateAuthority }: GateAddress,
  path: string,
  body: object,
  identity: Pick<RequestOptions, 'cert' | 'key'>,
): Promise<{ status: number; retryAfter: string; body: unknown }> {
  const data = JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) },
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      agent: false,
      ...identity,
      ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
    }
    const outgoing = request(`${server}${path}`, options, (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > LIMIT) response.destroy(new Error('too long'))
        else chunks.push(chunk)
      })
      response.on('error', (error) => reject(fault(server, error)))
      response.on('end', () => {
        const retryAfter = response.headers['retry-after'] ?? '?'
        resolve({
          status: response.statusCode ?? 0,
          retryAfter,
          body: parse(Buffer.concat(chunks).toString()),
        })
      })
    })
    outgoing.on('error', (error) => reject(fault(server, error)))
    outgoing.end(data)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function fault(server: string, error: Error): UsageError {
  const reason = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  const isTrust = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(reason)
  return unusable(isTrust ? make.untrusted({ server }) : make.unreachable({ server, reason }))
}

function refused(detail: Message): UsageError {
  return new UsageError('ERR_LOGIN', detail, loginMessages)
}

function unusable(detail: Message): UsageError {
  return new UsageError('ERR_LOGIN_SERVER', detail, loginMessages)
}
