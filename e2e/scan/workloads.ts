import type { KubernetesObject, Pod } from '../../src/kubernetes/index.ts'
import { complete } from '../policy/pods.ts'
import { writtenPods } from '../policy/written-pods.ts'
import { conformance, distinct, readRecords } from '../setup/corpora.ts'
import { readCorpusWorkloads } from '../setup/corpus-workloads.ts'

/** An object with where the API server takes and keeps it. */
export interface Workload {
  readonly object: KubernetesObject
  /** Path of its collection. */
  readonly path: string
}

/**
 * Workloads of the corpus, pods by which the Pod Security Standards are tested upstream, and pods written for
 * policies: all different, each with a name of its own, as Kubernetes 1.20 takes them.
 */
export async function readWorkloads(namespace: string): Promise<Workload[]> {
  const corpus = (await readCorpusWorkloads()).map(({ object }) => object)
  const upstream =
    conformance === undefined ? [] : readRecords<{ pod: Pod }>(`${conformance}/pss`, 'matrix.jsonl')
  const pods = [...upstream.map(({ pod }) => pod), ...writtenPods.map(complete)].map(
    ({ metadata, spec }): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      ...(metadata && { metadata }),
      spec,
    }),
  )
  const different = distinct([...corpus, ...pods], ({ kind, metadata, spec }) => [
    kind,
    metadata?.annotations,
    spec,
  ])
  return different.flatMap((object, index) => asTaken(object, `w${index}`, namespace) ?? [])
}

const COLLECTIONS: Readonly<Record<string, { readonly apiVersion: string; readonly plural: string }>> = {
  Pod: { apiVersion: 'v1', plural: 'pods' },
  PodTemplate: { apiVersion: 'v1', plural: 'podtemplates' },
  ReplicationController: { apiVersion: 'v1', plural: 'replicationcontrollers' },
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments' },
  ReplicaSet: { apiVersion: 'apps/v1', plural: 'replicasets' },
  StatefulSet: { apiVersion: 'apps/v1', plural: 'statefulsets' },
  DaemonSet: { apiVersion: 'apps/v1', plural: 'daemonsets' },
  Job: { apiVersion: 'batch/v1', plural: 'jobs' },
  CronJob: { apiVersion: 'batch/v1beta1', plural: 'cronjobs' },
}

/** One replica is enough, and of CronJobs none: they run when they like. Accounts and priority classes that the cluster has not would keep pods from being made. */
function asTaken(object: KubernetesObject, name: string, namespace: string): Workload | undefined {
  const collection = COLLECTIONS[object.kind]
  if (collection === undefined) return undefined
  const { apiVersion, plural } = collection
  const { labels: given, annotations } = object.metadata ?? {}
  // Somebody else's ReplicaSet would take a pod of its labels for its own.
  const labels = object.kind === 'Pod' ? undefined : given
  const spec = isRecord(object['spec']) ? object['spec'] : undefined
  const replicated = spec && 'replicas' in spec ? { ...spec, replicas: 1 } : spec
  const suspended = object.kind === 'CronJob' && { spec: { ...spec, suspend: true } }
  const taken = {
    ...object,
    apiVersion,
    metadata: { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) },
    ...(replicated && { spec: replicated }),
    ...suspended,
  }
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  return {
    object: withoutReferences(withSelector(taken)) as KubernetesObject,
    path: `${root}/namespaces/${namespace}/${plural}`,
  }
}

/** Before apps/v1 the selector was the template's labels where there was none. */
function withSelector(object: KubernetesObject): KubernetesObject {
  const spec = object['spec']
  if (!object.apiVersion.startsWith('apps/') || !isRecord(spec) || spec['selector'] !== undefined)
    return object
  const template = spec['template']
  const metadata = isRecord(template) ? template['metadata'] : undefined
  const labels = isRecord(metadata) ? metadata['labels'] : undefined
  return { ...object, spec: { ...spec, selector: { matchLabels: labels } } }
}

const REFERENCES = new Set(['serviceAccountName', 'serviceAccount', 'priorityClassName'])

function withoutReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReferences)
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([field]) => !REFERENCES.has(field))
  return Object.fromEntries(kept.map(([field, part]) => [field, withoutReferences(part)]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
