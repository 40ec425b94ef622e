import { AuthenticationError } from '../authentication-error.ts'
import type { Authenticated, Authenticator, Presented } from '../authenticator.ts'
import { valuesOf } from '../header-values.ts'
import { authenticationMessages } from '../messages.ts'

const { make } = authenticationMessages

/** Several times the largest token that Kubernetes or an identity provider issues. */
const LIMIT = 16 * 1024

/** "base64url.bearer.authorization.k8s.io.<base64url-encoded token>": how browsers send one (apiserver, `websocket`). */
const PROTOCOL_PREFIX = 'base64url.bearer.authorization.k8s.io.'

const NONE = {}

/** One way to tell the user of a bearer token. */
export interface TokenAuthenticator {
  readonly name: string
  /**
   * @param audiences - those of which the token must be good for one; absent: the server's own
   * @returns undefined for a token that is none of its kind
   * @throws AuthenticationError for one that is, and is not good
   */
  authenticateToken(token: string, audiences?: readonly string[]): Promise<Authenticated | undefined>
}

export function bearerAuthenticator(tokens: TokenAuthenticator): Authenticator {
  return {
    name: tokens.name,
    async authenticate(presented) {
      const credential = bearerTokenOf(presented)
      return 'token' in credential
        ? tokens.authenticateToken(credential.token, presented.audiences)
        : undefined
    },
  }
}

/**
 * The bearer token of a request: of its `Authorization` header, else of the protocols that a WebSocket client offers.
 *
 * @returns neither for a request without; a problem for one that no authenticator should see
 */
export function bearerTokenOf({
  headers,
}: Presented):
  | { readonly token: string }
  | { readonly problem: AuthenticationError }
  | Readonly<Record<never, never>> {
  // Who has a certificate presents neither.
  if (headers['authorization'] === undefined && headers['upgrade'] === undefined) return NONE
  const [authorization, ...others] = valuesOf(headers, 'authorization')
  // Which of them counts, two programs may see differently.
  if (others.length > 0)
    return { problem: new AuthenticationError('ERR_SEVERAL_CREDENTIALS', make['several-credentials']({})) }
  const token = tokenOfHeader(authorization) || tokenOfProtocols(headers)
  if (token === '') return {}
  if (token.length > LIMIT)
    return { problem: new AuthenticationError('ERR_TOKEN_SIZE', make['token-size']({ limit: LIMIT })) }
  return { token }
}

/**
 * The protocols that a WebSocket client offers, without the one that carries a token: it must not go further.
 *
 * @param header - value of `Sec-WebSocket-Protocol`
 */
export function protocolsWithoutToken(header: string): string {
  return protocolsOf(header)
    .filter((protocol) => !protocol.startsWith(PROTOCOL_PREFIX))
    .join(', ')
}

/** "Authorization: Bearer <token>", the word in any case, and what follows the token ignored, as the API server does. */
function tokenOfHeader(value: string | undefined): string {
  const [scheme = '', token = ''] = (value ?? '').trim().split(' ', 2)
  return scheme.toLowerCase() === 'bearer' ? token : ''
}

function tokenOfProtocols(headers: Presented['headers']): string {
  if (valuesOf(headers, 'upgrade').join().toLowerCase() !== 'websocket') return ''
  const offered = valuesOf(headers, 'sec-websocket-protocol').flatMap(protocolsOf)
  const carriers = offered.filter((protocol) => protocol.startsWith(PROTOCOL_PREFIX))
  const [carrier] = carriers
  // The server has to choose one that is no token.
  if (carrier === undefined || carriers.length > 1 || offered.length < 2) return ''
  const encoded = carrier.slice(PROTOCOL_PREFIX.length)
  return /^[A-Za-z0-9_-]+$/.test(encoded) ? Buffer.from(encoded, 'base64url').toString() : ''
}

function protocolsOf(header: string): string[] {
  return header.split(',').map((protocol) => protocol.trim())
}
