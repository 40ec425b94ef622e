import type { RequestOptions } from 'node:https'
import { errorText } from '../../../../messages/index.ts'
import { SinkError } from '../sink.ts'

/** Where a webhook is, and how to come to it. */
export interface WebhookTarget {
  readonly url: URL
  /** Credentials of the moment: files and tokens may be renewed at any time. */
  credentials(): Promise<WebhookCredentials>
}

export interface WebhookCredentials {
  readonly headers: Readonly<Record<string, string>>
  readonly tls: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>
}

/**
 * Reads the file of `--audit-webhook-config-file`: "path to a kubeconfig formatted file that defines the audit webhook
 * configuration". The official client reads it, with client certificates, tokens, token files and exec plugins.
 *
 * @throws SinkError ERR_SINK_WRITE for a file that names no server
 */
export async function readWebhookKubeconfig(path: string): Promise<WebhookTarget> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    config.loadFromFile(path)
  } catch (error) {
    throw new SinkError('ERR_SINK_WRITE', `${path}: ${errorText(error)}`, { cause: error })
  }
  const cluster = config.getCurrentCluster()
  if (cluster === null || !URL.canParse(cluster.server))
    throw new SinkError('ERR_SINK_WRITE', `${path}: the current context has no server`)
  const url = new URL(cluster.server)
  // The API server posts to plain HTTP without more ado; the client wants to be told that this is no mistake.
  if (url.protocol === 'http:')
    config.clusters = config.clusters.map((each) =>
      each === cluster ? { ...each, skipTLSVerify: true } : each,
    )
  return {
    url,
    async credentials() {
      const options: RequestOptions = {}
      await config.applyToHTTPSOptions(options)
      const { ca, cert, key, rejectUnauthorized, servername, auth } = options
      return {
        headers: {
          ...stringHeaders(options.headers),
          ...(typeof auth === 'string' && { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }),
        },
        tls: Object.fromEntries(
          Object.entries({ ca, cert, key, rejectUnauthorized, servername }).filter(
            ([, value]) => value !== undefined,
          ),
        ),
      }
    },
  }
}

function stringHeaders(headers: RequestOptions['headers']): Record<string, string> {
  if (headers === undefined || Array.isArray(headers)) return {}
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}
