import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { ClusterError } from './cluster-error.ts'
import { credentialsOf } from './credentials.ts'
import { clusterMessages } from './messages.ts'

const { make } = clusterMessages

/** Where a cluster's API server is, and how to come to it as the kubeconfig's user. */
export interface ClusterTarget {
  readonly url: URL
  /**
   * The credentials of the moment: files and tokens may be renewed at any time.
   *
   * @throws ClusterError ERR_CLUSTER_CREDENTIALS
   */
  credentials(): Promise<ClusterCredentials>
}

export interface ClusterCredentials {
  readonly headers: Readonly<Record<string, string>>
  /** For a TLS connection, in PEM. */
  readonly tls: {
    readonly ca?: string
    readonly cert?: string
    readonly key?: string
    readonly rejectUnauthorized?: boolean
    readonly servername?: string
  }
}

/**
 * The API server of a kubeconfig's current context, for who carries requests there (`clusterClient` makes its own).
 *
 * @param config - as `loadKubeconfig` gives it
 * @throws ClusterError ERR_KUBECONFIG
 */
export function clusterTarget(config: KubeConfig): ClusterTarget {
  const server = config.getCurrentCluster()?.server ?? ''
  if (!URL.canParse(server)) {
    const said = make.unreachable({ server, reason: 'not a URL' })
    throw new ClusterError('ERR_KUBECONFIG', said, true)
  }
  return { url: new URL(server), credentials: () => optionsOf(config) }
}

async function optionsOf(config: KubeConfig): Promise<ClusterCredentials> {
  const { ca, cert, key, rejectUnauthorized, servername, auth, headers } = await credentialsOf(config)
  const basic = typeof auth === 'string' ? `Basic ${Buffer.from(auth).toString('base64')}` : undefined
  const text = (pem: unknown) => (Buffer.isBuffer(pem) || typeof pem === 'string' ? String(pem) : undefined)
  const tls = { ca: text(ca), cert: text(cert), key: text(key), rejectUnauthorized, servername }
  return {
    headers: { ...stringHeaders(headers), ...(basic !== undefined && { authorization: basic }) },
    tls: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
  }
}

function stringHeaders(headers: RequestOptions['headers']): Record<string, string> {
  if (headers === undefined || Array.isArray(headers)) return {}
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  return Object.fromEntries(pairs)
}
