import { createSecureContext } from 'node:tls'
import type { Dispatcher } from 'undici'
import { Pool } from 'undici'
import { CredentialSource } from './credential-source.ts'
import { isHopByHop } from './header-names.ts'
import type {
  Upstream,
  UpstreamCredentials,
  UpstreamReceiver,
  UpstreamRequest,
  UpstreamTarget,
} from './upstream.ts'
import { switchProtocols } from './upstream-upgrade.ts'

export interface PooledUpstreamOptions {
  readonly target: UpstreamTarget
  /** Connections for requests that end soon; others wait for one. */
  readonly connections: number
}

const CONNECT_MILLISECONDS = 10_000
/** The API server keeps idle connections for longer. */
const IDLE_MILLISECONDS = 60_000

/**
 * Reaches an API server over connections that stay open. Watches and other long answers have connections of their own,
 * so that looking for a free one stays quick.
 *
 * @throws Error where the credentials cannot be had
 */
export async function connectUpstream({ target, connections }: PooledUpstreamOptions): Promise<Upstream> {
  const source = await CredentialSource.open(target)
  let pools = openPools(target.url, source.current, connections)
  const unsubscribe = source.onRenewedTls((credentials) => {
    const former = pools
    pools = openPools(target.url, credentials, connections)
    // What is under way ends on its own connection.
    for (const pool of former) void pool.close()
  })
  return {
    send(request, receiver) {
      request.headers.push(...source.headers)
      const call = new Call(pools[request.timeout === 0 ? 1 : 0], request, receiver, source)
      call.start()
      return () => call.abort()
    },
    upgrade: (request) => {
      request.headers.push(...source.headers)
      return switchProtocols(target.url, source.current, request)
    },
    async close() {
      unsubscribe()
      source.close()
      await Promise.all(pools.map((pool) => pool.destroy()))
    },
  }
}

function openPools(url: URL, { tls }: UpstreamCredentials, connections: number): readonly [Pool, Pool] {
  // Made anew for each of a thousand watches it would take more memory than all else that a watch takes.
  const secureContext = createSecureContext(tls)
  const open = (most: number | null) =>
    new Pool(url.origin, {
      connections: most,
      pipelining: 1,
      // One connection a request lets a slow reader keep back nobody else.
      allowH2: false,
      keepAliveTimeout: IDLE_MILLISECONDS,
      keepAliveMaxTimeout: IDLE_MILLISECONDS,
      bodyTimeout: 0,
      connect: { ...tls, secureContext, timeout: CONNECT_MILLISECONDS } as NonNullable<
        Pool.Options['connect']
      >,
    })
  return [open(connections), open(null)]
}

/** One request. A connection that the server closed just as the request left is tried again where that is harmless. */
class Call implements Dispatcher.DispatchHandler {
  readonly #pool: Pool
  readonly #request: UpstreamRequest
  readonly #receiver: UpstreamReceiver
  readonly #source: CredentialSource
  #controller: Dispatcher.DispatchController | undefined
  #isAborted = false
  #isRetried = false
  #hasHead = false

  constructor(pool: Pool, request: UpstreamRequest, receiver: UpstreamReceiver, source: CredentialSource) {
    this.#pool = pool
    this.#request = request
    this.#receiver = receiver
    this.#source = source
  }

  start(): void {
    const { method, target, headers, body, timeout } = this.#request
    const options = { method, path: target, headers, body: body ?? null, headersTimeout: timeout }
    this.#pool.dispatch(options as Dispatcher.DispatchOptions, this)
  }

  abort(): void {
    this.#isAborted = true
    this.#controller?.abort(new Error('the client is gone'))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isAborted) controller.abort(new Error('the client is gone'))
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return
    this.#hasHead = true
    if (status === 401) this.#source.renew()
    this.#receiver.head(status, answerHeaders(controller.rawHeaders), controller)
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#receiver.data(chunk)
  }

  onResponseEnd(): void {
    this.#receiver.end()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#mayRetry(error)) {
      this.#isRetried = true
      this.start()
    } else this.#receiver.failed(error)
  }

  #mayRetry(error: Error): boolean {
    if (this.#hasHead || this.#isAborted || this.#isRetried) return false
    const isRead = this.#request.method === 'GET' || this.#request.method === 'HEAD'
    return isRead && 'code' in error && (error.code === 'UND_ERR_SOCKET' || error.code === 'ECONNRESET')
  }
}

/** Without the headers of the connection between gate and API server. */
function answerHeaders(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  const headers: string[] = []
  if (!Array.isArray(raw)) return headers
  for (let index = 0; index < raw.length; index += 2) {
    const name = textOf(raw[index]).toLowerCase()
    if (!isHopByHop(name)) headers.push(name, textOf(raw[index + 1]))
  }
  return headers
}

function textOf(part: Buffer | string | undefined): string {
  return typeof part === 'string' ? part : (part?.toString('latin1') ?? '')
}
