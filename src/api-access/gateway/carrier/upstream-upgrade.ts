import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { isHopByHop } from './header-names.ts'
import type { NotUpgraded, Upgraded, UpstreamCredentials, UpstreamRequest } from './upstream.ts'

/**
 * Asks the API server for another protocol on a connection that nothing else uses before or after.
 *
 * @param request - its headers hold `connection: Upgrade` and the protocol
 * @throws Error where no answer came
 */
export function switchProtocols(
  url: URL,
  { tls }: UpstreamCredentials,
  { method, target, headers, timeout }: UpstreamRequest,
): Promise<Upgraded | NotUpgraded> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? httpRequest : httpsRequest
    const outgoing = request({
      ...tls,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (url.protocol === 'http:' ? 80 : 443),
      method,
      path: target,
      // Without a length Node.js would send an empty chunk, which the other protocol would read as its own.
      headers: ['host', url.host, ...headers, ...(method === 'GET' ? [] : ['content-length', '0'])],
      agent: false,
      timeout: timeout || 30_000,
    })
    outgoing.on('error', reject)
    outgoing.on('timeout', () => outgoing.destroy(new Error('the API server did not answer')))
    outgoing.on('upgrade', (response: IncomingMessage, socket: Duplex, first: Buffer) => {
      // What is idle in a terminal is not dead.
      if ('setTimeout' in socket && typeof socket.setTimeout === 'function') socket.setTimeout(0)
      resolve({ status: 101, headers: switchedHeaders(response), socket, first })
    })
    outgoing.on('response', (response) => {
      const headers = response.rawHeaders.filter((_, index) => {
        const name = response.rawHeaders[index - (index % 2)]?.toLowerCase() ?? ''
        return !isHopByHop(name)
      })
      resolve({ status: response.statusCode ?? 502, headers, body: response })
    })
    outgoing.end()
  })
}

/** Of the connection's headers these two are what the switch is about. */
function switchedHeaders({ rawHeaders }: IncomingMessage): string[] {
  const headers: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    if (!isHopByHop(name) || name === 'upgrade' || name === 'connection')
      headers.push(name, rawHeaders[index + 1] ?? '')
  }
  return headers
}
