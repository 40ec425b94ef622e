import { protocolsWithoutToken } from '../../authentication/index.ts'
import type { Passage } from '../pipeline/pipeline.ts'
import { requestHeader } from './header-names.ts'
import { identityHeaders } from './identity.ts'

/**
 * A client's headers as they go on: without those that are of the connection only, and without those by which the
 * client could pass for someone else.
 *
 * @param raw - name, value, name, value, … as they came
 * @param address - the client's, to be added to `X-Forwarded-For`
 * @returns in the same form, names in lower case
 */
export function forwardedHeaders(raw: readonly string[], address: string): string[] {
  const headers: string[] = []
  let forwardedFor = address
  let named: Set<string> | undefined
  for (let index = 0; index < raw.length; index += 2) {
    const { name, fate } = requestHeader(raw[index] ?? '')
    const value = raw[index + 1] ?? ''
    if (fate === 'pass') headers.push(name, value)
    else if (fate === 'connection') named = connectionNames(value, named)
    else if (fate === 'forwarded-for') forwardedFor = `${value}, ${forwardedFor}`
    else if (fate === 'subprotocols') addSubprotocols(headers, value)
  }
  const kept = named === undefined ? headers : without(headers, named)
  kept.push('x-forwarded-for', forwardedFor)
  return kept
}

/**
 * "Intermediaries … MUST … remove any header field(s) from the message with the same name as the connection-option".
 * What says how the body is to be read stays: a sender must not name what "is intended for all recipients of the
 * content", and the API server would read another object than the gate has judged.
 */
function connectionNames(value: string, earlier: Set<string> | undefined): Set<string> | undefined {
  let names = earlier
  for (const part of value.split(',')) {
    const name = part.trim().toLowerCase()
    if (name === 'close' || name === 'keep-alive' || name === 'upgrade' || name.startsWith('content-'))
      continue
    names ??= new Set()
    names.add(name)
  }
  return names
}

function without(headers: readonly string[], names: ReadonlySet<string>): string[] {
  return headers.filter((_, index) => !names.has(headers[index - (index % 2)] ?? ''))
}

/** Browsers put a bearer token among the subprotocols of a WebSocket: it is a credential, and not for the API server. */
function addSubprotocols(headers: string[], value: string): void {
  const kept = protocolsWithoutToken(value)
  if (kept !== '') headers.push('sec-websocket-protocol', kept)
}

/**
 * The headers of a request as the gate sends them: the client's own, who acts, and by which id it is found in the
 * audit logs of both.
 *
 * @throws IdentityError
 */
export function outgoingHeaders(
  raw: readonly string[],
  address: string,
  { attributes, trace }: Passage,
): string[] {
  const headers = forwardedHeaders(raw, address)
  headers.push(...identityHeaders(attributes.user))
  if (trace.auditId !== '') headers.push('audit-id', trace.auditId)
  return headers
}
