import type { ClusterClient } from '../../../../kubernetes/index.ts'
import type { Container } from '../../kernel/container.ts'
import { containersOfPod, uidsOfPod } from './containers-of-pod.ts'
import { textAt } from './json.ts'

/** A pod as the Kubernetes API knows it: by what /proc tells its processes. */
export interface PodOfApi {
  /** As the kubelet names its control group. */
  readonly uids: readonly string[]
  /** Those that its status names. */
  readonly containers: readonly Container[]
  /** Where it is to run; empty as long as that is not decided. */
  readonly node: string
  /** `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown` (core/v1 PodPhase). */
  readonly phase: string
}

export interface PodName {
  readonly namespace: string
  readonly name: string
}

const ANSWER_SECONDS = 5

/**
 * Asks the API for one pod: what stands in for container runtimes that do not answer.
 *
 * @returns undefined where there is no such pod
 * @throws ClusterError where the API does not answer
 * @throws Error where it refuses, with what it says
 */
export async function askForPod(
  client: Pick<ClusterClient, 'request'>,
  { namespace, name }: PodName,
): Promise<PodOfApi | undefined> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`
  const { status, body } = await client.request({ path, timeoutSeconds: ANSWER_SECONDS })
  if (status === 404) return undefined
  if (status !== 200) throw new Error(textAt(body, 'message') || `HTTP ${status}`)
  return {
    uids: uidsOfPod(body),
    containers: containersOfPod(body),
    node: textAt(body, 'spec', 'nodeName'),
    phase: textAt(body, 'status', 'phase'),
  }
}
