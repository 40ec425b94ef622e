import { ClusterError } from '../../kubernetes/index.ts'
import { askForPod, type PodName, type PodOfApi } from '../../runtime/sensors/index.ts'
import { podCluster } from '../detect/pod-cluster.ts'
import { UsageError } from '../exit.ts'
import { workloadMessages } from './messages.ts'
import type { ClusterChoice } from './pod-of-cluster.ts'

const { make } = workloadMessages

/** The Kubernetes API, where no container runtime knows a pod. */
export interface PodByApi {
  /**
   * @returns undefined where there is no such pod
   * @throws UsageError where the API does not tell
   */
  ask(): Promise<PodOfApi | undefined>
  close(): void
}

/**
 * The API that may be asked for a pod: that of the kubeconfig, or of the pod that this runs in.
 *
 * @returns undefined where there is neither
 * @throws UsageError where the kubeconfig is not to be used
 */
export async function podByApi(pod: PodName, choice: ClusterChoice): Promise<PodByApi | undefined> {
  const client = await podCluster(choice)
  if (client === undefined) return undefined
  return {
    async ask() {
      try {
        return await askForPod(client, pod)
      } catch (error) {
        throw unanswered(pod, error)
      }
    },
    close: client.close,
  }
}

/** Who was asked for a pod, and what was found. */
export interface PodSearch {
  /** Whether a runtime has answered. */
  readonly hasAnswered: boolean
  /** Whether the API was asked as well. */
  readonly isApiAsked: boolean
  /** As the API knows it. */
  readonly pod?: PodOfApi | undefined
}

/** Why no process of a pod was found on this machine. */
export function podNotFound(
  { namespace, name }: PodName,
  { hasAnswered, isApiAsked, pod: found }: PodSearch,
): UsageError {
  const pod = `${namespace}/${name}`
  if (found !== undefined) {
    const { node, phase } = found
    const said =
      node === '' ? make['pod-without-node']({ pod, phase }) : make['pod-elsewhere']({ pod, node, phase })
    return new UsageError('ERR_POD_ELSEWHERE', said, workloadMessages)
  }
  if (isApiAsked) return new UsageError('ERR_NO_SUCH_POD', make['no-such-pod']({ pod }), workloadMessages)
  return hasAnswered
    ? new UsageError('ERR_NO_SUCH_POD', make['no-pod']({ pod }), workloadMessages)
    : new UsageError('ERR_NO_RUNTIME', make['no-runtime']({ pod }), workloadMessages)
}

function unanswered({ namespace, name }: PodName, error: unknown): UsageError {
  if (!(error instanceof Error)) throw error
  const [code, reason] =
    error instanceof ClusterError ? [error.code, error.said] : ['ERR_CLUSTER_ANSWER', error.message]
  return new UsageError(
    code,
    make['pod-unanswered']({ pod: `${namespace}/${name}`, reason }),
    workloadMessages,
  )
}
