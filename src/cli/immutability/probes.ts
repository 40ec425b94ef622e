import { type ContainerStatement, probeCommands, withoutProbes } from '../../runtime/behavior/index.ts'
import { UsageError } from '../exit.ts'
import { type ClusterChoice, podOfCluster } from '../workload/pod-of-cluster.ts'
import type { WorkloadManifest } from '../workload/read-workload.ts'

/** Where the pods' manifests come from. */
export interface ProbeSource extends ClusterChoice {
  readonly cluster?: boolean
}

/**
 * The statements without shells that probes and hooks of the pods start.
 *
 * @param manifest - of all of them; without, and with `cluster`, each pod is asked for
 * @param failed - told of pods that the cluster does not give; their statements stay as they are
 */
export async function withKnownProbes(
  statements: readonly ContainerStatement[],
  manifest: WorkloadManifest | undefined,
  source: ProbeSource,
  failed: (error: UsageError) => void,
): Promise<readonly ContainerStatement[]> {
  const manifests = new Map<string, WorkloadManifest | undefined>()
  const found: ContainerStatement[] = []
  for (const statement of statements) {
    const { namespace, pod, name, evidence } = statement
    const isAsked = source.cluster === true && pod !== '' && evidence.length > 0
    const key = `${namespace}/${pod}`
    if (manifest === undefined && isAsked && !manifests.has(key))
      manifests.set(key, await podOfCluster(key, source).catch(give))
    const containers = (manifest ?? manifests.get(key))?.template.spec.containers ?? []
    const container = containers.find((each) => each.name === name)
    found.push(container === undefined ? statement : withoutProbes(statement, probeCommands(container)))
  }
  return found

  function give(error: unknown): undefined {
    if (!(error instanceof UsageError)) throw error
    failed(error)
  }
}
