import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import { ClusterError, innermostReason } from './cluster-error.ts'
import { credentialsError } from './credentials.ts'
import { clusterMessages } from './messages.ts'

const { make } = clusterMessages

/** An answer of the API server, its JSON body parsed. */
interface Answer {
  readonly status: number
  readonly body: unknown
}

/** GET requests to one API server. */
export interface ApiServer {
  /**
   * @param path - from the server's root, e.g. `/api/v1/pods`
   * @throws ClusterError ERR_CLUSTER_UNREACHABLE, ERR_CLUSTER_TIMEOUT, ERR_CLUSTER_CREDENTIALS,
   *   ERR_CLUSTER_UNAUTHORIZED; all of them fatal. Any other status is an answer.
   */
  get(path: string, query: Readonly<Record<string, string>>): Promise<Answer>
  close(): Promise<void>
}

/** "the client should retry after the given interval" (API conventions, 429 and 503). */
const BUSY = new Set([429, 500, 503, 504])
const TRIES = 3
const LONGEST_PAUSE_SECONDS = 10

/**
 * Talks to the current context's API server as the kubeconfig's user, through the official client's transport
 * and authentication (client certificates, tokens, exec plugins, proxies). Objects are taken as the server
 * writes them, not as the client's models, which would drop fields and turn times into dates.
 *
 * @param timeoutSeconds - for each request
 */
export async function connect(config: KubeConfig, timeoutSeconds: number): Promise<ApiServer> {
  const { HttpMethod, IsomorphicFetchHttpLibrary, RequestContext } = await import('@kubernetes/client-node')
  const http = new IsomorphicFetchHttpLibrary()
  const server = config.getCurrentCluster()?.server.replace(/\/+$/, '') ?? ''
  let dispatcher: ReturnType<InstanceType<typeof RequestContext>['getDispatcher']>

  async function request(path: string, query: Readonly<Record<string, string>>) {
    const context = new RequestContext(server + path, HttpMethod.GET)
    for (const [name, value] of Object.entries(query)) context.setQueryParam(name, value)
    context.setHeaderParam('Accept', 'application/json')
    context.setSignal(AbortSignal.timeout(timeoutSeconds * 1000))
    try {
      await config.applySecurityAuthentication(context)
    } catch (error) {
      throw credentialsError(error)
    }
    // `fetch` would refuse such a header in words that quote it, token and all.
    if (!Object.values(context.getHeaders()).every(isHeaderValue))
      throw new ClusterError('ERR_CLUSTER_CREDENTIALS', make['credentials-form']({}), true)
    // The same connections for every request.
    if (dispatcher === undefined) dispatcher = context.getDispatcher()
    else context.setDispatcher(dispatcher)
    try {
      const response = await http.send(context).toPromise()
      return { response, text: await response.body.text() }
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError')
        throw new ClusterError('ERR_CLUSTER_TIMEOUT', make.timeout({ server, seconds: timeoutSeconds }), true)
      const said = make.unreachable({ server, reason: innermostReason(error) })
      throw new ClusterError('ERR_CLUSTER_UNREACHABLE', said, true)
    }
  }

  return {
    async get(path, query) {
      for (let attempt = 1; ; attempt++) {
        const { response, text } = await request(path, query)
        const status = response.httpStatusCode
        if (status === 401)
          throw new ClusterError('ERR_CLUSTER_UNAUTHORIZED', make.unauthorized({ server }), true)
        if (!BUSY.has(status) || attempt === TRIES) return { status, body: parse(text) }
        const pause = Number(response.headers['retry-after'] ?? attempt)
        await sleep(1000 * Math.min(Number.isFinite(pause) ? pause : attempt, LONGEST_PAUSE_SECONDS))
      }
    },
    async close() {
      await dispatcher?.close()
    },
  }
}

/** RFC 9110 §5.5: visible ASCII, spaces, tabs and bytes above; white space at the ends does not count. */
function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value.trim())
}

/** @returns undefined for what is no JSON, such as a proxy's error page */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
