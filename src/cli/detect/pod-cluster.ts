import { type ClusterClient, clusterClient, isInPod, loadKubeconfig } from '../../kubernetes/index.ts'
import { asClusterFault } from '../cluster-fault.ts'

/**
 * The cluster that is asked about this node's pods: that of the kubeconfig, or of the pod that this runs in.
 *
 * @returns undefined where there is neither; alerts then have what the container's runtime knows
 * @throws UsageError where the kubeconfig is not to be used
 */
export async function podCluster(choice: {
  readonly kubeconfig?: string
  readonly context?: string
}): Promise<ClusterClient | undefined> {
  if (choice.kubeconfig === undefined && !isInPod({ environment: process.env })) return undefined
  const { kubeconfig, context } = choice
  try {
    const config = await loadKubeconfig({
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
      environment: process.env,
    })
    return clusterClient(config)
  } catch (error) {
    throw asClusterFault(error)
  }
}
