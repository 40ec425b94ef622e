import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { ClusterError, innermostReason } from './cluster-error.ts'
import { clusterMessages } from './messages.ts'

const { make } = clusterMessages

/**
 * What the kubeconfig's user presents at this moment: files and tokens may be renewed, and plugins asked, at any time.
 *
 * @throws ClusterError ERR_CLUSTER_CREDENTIALS
 */
export async function credentialsOf(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {}
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    throw credentialsError(error)
  }
  return options
}

/** Why the credentials cannot be had, without what they are made of. */
export function credentialsError(error: unknown): ClusterError {
  // A JSON parser quotes what it could not read: here what a credential plugin printed.
  const said =
    error instanceof SyntaxError
      ? make['credentials-form']({})
      : make.credentials({ reason: innermostReason(error) })
  return new ClusterError('ERR_CLUSTER_CREDENTIALS', said, true)
}
