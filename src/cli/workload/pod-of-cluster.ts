import {
  ClusterError,
  clusterClient,
  type KubernetesObject,
  loadKubeconfig,
  podTemplateOf,
} from '../../kubernetes/index.ts'
import { clusterFault } from '../cluster-fault.ts'
import { UsageError } from '../exit.ts'
import { workloadMessages } from './messages.ts'
import type { WorkloadManifest } from './read-workload.ts'

/** The options that say which cluster. */
export interface ClusterChoice {
  readonly kubeconfig?: string
  readonly context?: string
}

/**
 * A pod as the cluster has it.
 *
 * @param pod - NAMESPACE/NAME
 * @throws UsageError where the cluster does not give it
 */
export async function podOfCluster(pod: string, choice: ClusterChoice): Promise<WorkloadManifest> {
  try {
    const config = await loadKubeconfig({ ...choice, environment: process.env })
    const client = clusterClient(config)
    try {
      const [namespace = '', name = ''] = pod.split('/').map(encodeURIComponent)
      const { status, body } = await client.request({ path: `/api/v1/namespaces/${namespace}/pods/${name}` })
      const object = { ...(body as KubernetesObject), apiVersion: 'v1', kind: 'Pod' }
      const template = status === 200 ? podTemplateOf(object) : undefined
      if (template !== undefined)
        return { object, template, file: `cluster:${config.getCurrentContext()}`, line: 1, column: 1 }
      const { message } = (body ?? {}) as { readonly message?: unknown }
      const reason = typeof message === 'string' ? message : `HTTP ${status}`
      const said = workloadMessages.make['pod-answer']({ pod, reason })
      throw new UsageError('ERR_CLUSTER_ANSWER', said, workloadMessages)
    } finally {
      client.close()
    }
  } catch (error) {
    if (error instanceof ClusterError) throw clusterFault(error)
    throw error
  }
}
