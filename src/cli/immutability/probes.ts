import { type ContainerStatement, probeCommands, withoutProbes } from '../../runtime/behavior/index.ts'
import { UsageError } from '../exit.ts'
import { type ClusterChoice, openPodsOfCluster } from '../workload/pod-of-cluster.ts'
import type { WorkloadManifest } from '../workload/read-workload.ts'

/** Where the pods' manifests come from. */
export interface ProbeSource extends ClusterChoice {
  readonly cluster?: boolean
}

type Manifests = ReadonlyMap<string, WorkloadManifest>

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
  const isAsked = manifest === undefined && source.cluster === true
  const manifests: Manifests = isAsked ? await manifestsOf(statements, source, failed) : new Map()
  return statements.map((statement) => {
    const { template } = manifest ?? manifests.get(podOf(statement)) ?? {}
    const container = template?.spec.containers?.find(({ name }) => name === statement.name)
    return container === undefined ? statement : withoutProbes(statement, probeCommands(container))
  })
}

/** Of the pods with a container that has something to explain: one client asks for them, one after the other. */
async function manifestsOf(
  statements: readonly ContainerStatement[],
  source: ProbeSource,
  failed: (error: UsageError) => void,
): Promise<Manifests> {
  const manifests = new Map<string, WorkloadManifest>()
  const names = new Set(
    statements.filter(({ pod, evidence }) => pod !== '' && evidence.length > 0).map(podOf),
  )
  if (names.size === 0) return manifests
  const pods = await openPodsOfCluster(source).catch(tell)
  try {
    for (const name of names) {
      const manifest = await pods?.get(name).catch(tell)
      if (manifest !== undefined) manifests.set(name, manifest)
    }
  } finally {
    pods?.close()
  }
  return manifests

  function tell(error: unknown): undefined {
    if (!(error instanceof UsageError)) throw error
    failed(error)
  }
}

function podOf({ namespace, pod }: ContainerStatement): string {
  return `${namespace}/${pod}`
}
