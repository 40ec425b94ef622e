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
  let named: string[] | undefined
  for (let index = 0; index < raw.length; index += 2) {
    const { name, fate } = requestHeader(raw[index] ?? '')
    const value = raw[index + 1] ?? ''
    if (fate === 'pass') headers.push(name, value)
    else if (fate === 'connection') named = connectionNames(value, named)
    else if (fate === 'forwarded-for') forwardedFor = `${value}, ${forwardedFor}`
    else if (fate === 'subprotocols') addSubprotocols(headers, value)
  }
  headers.push('x-forwarded-for', forwardedFor)
  return named === undefined ? headers : without(headers, named)
}

/** "Intermediaries … MUST … remove any header field(s) from the message with the same name as the connection-option". */
function connectionNames(value: string, earlier: string[] | undefined): string[] | undefined {
  const names = value.split(',').map((name) => name.trim().toLowerCase())
  const unusual = names.filter((name) => name !== 'close' && name !== 'keep-alive' && name !== 'upgrade')
  return unusual.length === 0 ? earlier : [...unusual, ...(earlier ?? [])]
}

function without(headers: readonly string[], names: readonly string[]): string[] {
  return headers.filter((_, index) => !names.includes(headers[index - (index % 2)] ?? ''))
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
