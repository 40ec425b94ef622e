import { isIdentityHeader } from '../../authentication/index.ts'

/** What becomes of a header on its way from the client to the API server. */
type Fate = 'pass' | 'drop' | 'connection' | 'forwarded-for' | 'subprotocols'

/**
 * "Hop-by-hop" headers (RFC 9110 §7.6.1, RFC 7230 §6.1), and those that frame a message: they are made anew.
 */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** The gate's own matter between it and the API server. */
const OWN = new Set(['host', 'content-length', 'expect', 'audit-id'])

const known = new Map<string, { readonly name: string; readonly fate: Fate }>()

/**
 * A header's name in lower case and what becomes of it. Clients send the same few names again and again.
 */
export function requestHeader(raw: string): { readonly name: string; readonly fate: Fate } {
  const found = known.get(raw)
  if (found !== undefined) return found
  const name = raw.toLowerCase()
  const entry = { name, fate: fateOf(name) }
  // Names come from clients: what is remembered has a bound.
  if (known.size < 500) known.set(raw, entry)
  return entry
}

export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name)
}

function fateOf(name: string): Fate {
  if (name === 'connection') return 'connection'
  if (name === 'x-forwarded-for') return 'forwarded-for'
  if (name === 'sec-websocket-protocol') return 'subprotocols'
  // Who the client is has been found out, and the API server believes nobody but the gate.
  if (HOP_BY_HOP.has(name) || OWN.has(name) || isIdentityHeader(name) || name.startsWith(':')) return 'drop'
  return 'pass'
}
