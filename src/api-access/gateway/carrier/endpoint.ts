import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls, type SecureContext } from 'node:tls'
import type { UpstreamCredentials } from './upstream.ts'

/** Where connections of one kind go. */
export interface Endpoint {
  readonly url: URL
  readonly tls: UpstreamCredentials['tls']
  /** One for all: each of its own would take more memory than all else of a connection. */
  readonly secureContext: SecureContext
  /** Of the last connection, so that the next one begins with less. */
  session: Buffer | undefined
}

/** What is read is handed on before the next piece is read: one buffer does for all connections. */
const BUFFER = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * Opens a connection.
 *
 * @param read - told of what comes, which is only valid during the call; false: no more, until the socket is resumed
 * @param protocols - of which the server may choose one (ALPN)
 */
export function openSocket(
  endpoint: Endpoint,
  read: (data: Buffer) => boolean,
  protocols: string[] = ['http/1.1'],
): Socket {
  const { url, tls, secureContext, session } = endpoint
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isPlain = url.protocol === 'http:'
  const onread = {
    buffer: BUFFER,
    callback(bytes: number) {
      return read(BUFFER.subarray(0, bytes))
    },
  }
  const options = {
    host,
    port: Number(url.port || (isPlain ? 80 : 443)),
    onread,
    noDelay: true,
    keepAlive: true,
  }
  if (isPlain) return connectPlain(options)
  // "servername … must be a host name, and not an IP address".
  const servername = tls.servername ?? (isIP(host) === 0 ? host : '')
  const own = {
    ...options,
    ...tls,
    secureContext,
    servername,
    ALPNProtocols: protocols,
    ...(session !== undefined && { session }),
  }
  return connectTls(own).on('session', (renewed) => {
    endpoint.session = renewed
  })
}
