import { CredentialSource } from './credential-source.ts'
import { ConnectionPool } from './http1/pool.ts'
import type { Upstream, UpstreamCredentials, UpstreamTarget } from './upstream.ts'
import { switchProtocols } from './upstream-upgrade.ts'

export interface PooledUpstreamOptions {
  readonly target: UpstreamTarget
  /** Connections for requests that end soon; others wait for one. */
  readonly connections: number
}

/**
 * Reaches an API server over connections that stay open. Watches and other long answers have connections of their own,
 * so that they take no other request's place. One connection a request lets a slow reader keep back nobody else.
 *
 * @throws Error where the credentials cannot be had
 */
export async function connectUpstream({ target, connections }: PooledUpstreamOptions): Promise<Upstream> {
  const source = await CredentialSource.open(target)
  const open = ({ tls }: UpstreamCredentials): readonly [ConnectionPool, ConnectionPool] => {
    const { url } = target
    const onUnauthorized = () => source.renew()
    return [
      new ConnectionPool({ url, tls, connections, onUnauthorized }),
      new ConnectionPool({ url, tls, connections: Number.POSITIVE_INFINITY, onUnauthorized }),
    ]
  }
  let pools = open(source.current)
  const unsubscribe = source.onRenewedTls((credentials) => {
    const former = pools
    pools = open(credentials)
    // What is under way ends on its own connection.
    for (const pool of former) pool.close()
  })
  return {
    send(request, receiver) {
      request.headers.push(...source.headers)
      return pools[request.timeout === 0 ? 1 : 0].send(request, receiver)
    },
    async upgrade(request) {
      request.headers.push(...source.headers)
      const answer = await switchProtocols(pools[1].endpoint, request)
      if (answer.status === 401) source.renew()
      return answer
    },
    async close() {
      unsubscribe()
      source.close()
      for (const pool of pools) pool.destroy()
    },
  }
}
