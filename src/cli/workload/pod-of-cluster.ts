import {
  clusterClient,
  type KubernetesObject,
  loadKubeconfig,
  podTemplateOf,
} from '../../kubernetes/index.ts'
import { asClusterFault } from '../cluster-fault.ts'
import { UsageError } from '../exit.ts'
import { workloadMessages } from './messages.ts'
import type { WorkloadManifest } from './read-workload.ts'

/** The options that say which cluster. */
export interface ClusterChoice {
  readonly kubeconfig?: string
  readonly context?: string
}

/** A cluster that is asked for pods. */
export interface PodsOfCluster {
  /**
   * A pod as the cluster has it.
   *
   * @param pod - NAMESPACE/NAME
   * @throws UsageError where the cluster does not give it
   */
  get(pod: string): Promise<WorkloadManifest>
  close(): void
}

/** @throws UsageError where the kubeconfig is not to be used */
export async function openPodsOfCluster(choice: ClusterChoice): Promise<PodsOfCluster> {
  const config = await loadKubeconfig({ ...choice, environment: process.env }).catch(refuse)
  const client = clusterClient(config)
  return {
    async get(pod) {
      const [namespace = '', name = ''] = pod.split('/').map(encodeURIComponent)
      const path = `/api/v1/namespaces/${namespace}/pods/${name}`
      const { status, body } = await client.request({ path }).catch(refuse)
      const object = { ...(body as KubernetesObject), apiVersion: 'v1', kind: 'Pod' }
      const template = status === 200 ? podTemplateOf(object) : undefined
      if (template !== undefined)
        return { object, template, file: `cluster:${config.getCurrentContext()}`, line: 1, column: 1 }
      const { message } = (body ?? {}) as { readonly message?: unknown }
      const reason = typeof message === 'string' ? message : `HTTP ${status}`
      const said = workloadMessages.make['pod-answer']({ pod, reason })
      throw new UsageError('ERR_CLUSTER_ANSWER', said, workloadMessages)
    },
    close: () => client.close(),
  }
}

/** One pod as the cluster has it. @param pod - NAMESPACE/NAME @throws UsageError where the cluster does not give it */
export async function podOfCluster(pod: string, choice: ClusterChoice): Promise<WorkloadManifest> {
  const pods = await openPodsOfCluster(choice)
  try {
    return await pods.get(pod)
  } finally {
    pods.close()
  }
}

function refuse(error: unknown): never {
  throw asClusterFault(error)
}
