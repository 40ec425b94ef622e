import { createSecureContext } from 'node:tls'
import { CredentialSource } from './credential-source.ts'
import { ConnectionPool } from './http1/pool.ts'
import { WatchPool } from './http2/watch-pool.ts'
import type { Upstream, UpstreamCredentials, UpstreamTarget } from './upstream.ts'
import { switchProtocols } from './upstream-upgrade.ts'

export interface PooledUpstreamOptions {
  readonly target: UpstreamTarget
  /** Connections for requests that end soon; others wait for one. */
  readonly connections: number
}

/**
 * Reaches an API server over connections that stay open. Watches and other long answers have other connections, so that
 * they take no other request's place. One connection a request lets a slow reader keep back nobody else; watches share
 * theirs, where what each may hold back has a bound of its own.
 *
 * @throws Error where the credentials cannot be had
 */
export async function connectUpstream({ target, connections }: PooledUpstreamOptions): Promise<Upstream> {
  const source = await CredentialSource.open(target)
  const open = ({ tls }: UpstreamCredentials) => {
    const { url } = target
    const onUnauthorized = () => source.renew()
    const all = { url, tls, secureContext: createSecureContext(tls), onUnauthorized }
    const short = new ConnectionPool({ ...all, connections })
    const long = new ConnectionPool({ ...all, connections: Number.POSITIVE_INFINITY })
    const watches = new WatchPool({ ...all, sendAlone: (...sent) => long.send(...sent) })
    return { short, long, watches }
  }
  let pools = open(source.current)
  const unsubscribe = source.onRenewedTls((credentials) => {
    const { short, long, watches } = pools
    pools = open(credentials)
    // What is under way ends on its own connection.
    for (const pool of [watches, short, long]) pool.close()
  })
  return {
    send(request, receiver) {
      request.headers.push(...source.headers)
      if (request.isWatch === true) return pools.watches.send(request, receiver)
      return pools[request.timeout === 0 ? 'long' : 'short'].send(request, receiver)
    },
    async upgrade(request) {
      request.headers.push(...source.headers)
      const answer = await switchProtocols(pools.long.endpoint, request)
      if (answer.status === 401) source.renew()
      return answer
    },
    async close() {
      unsubscribe()
      source.close()
      const { short, long, watches } = pools
      for (const pool of [watches, short, long]) pool.destroy()
    },
  }
}
