import type { Container, Pod, PodSpec } from '../../src/kubernetes/index.ts'
import { conformance, distinct, readRecords } from '../setup/corpora.ts'
import { readCorpusWorkloads } from '../setup/corpus-workloads.ts'
import { TOKENLESS } from '../setup/namespace.ts'
import { volumes, writtenPods } from './written-pods.ts'

type Volume = NonNullable<PodSpec['volumes']>[number]

interface PodCase {
  readonly pod: Pod
}

/** A pod to try, complete enough for the API server's validation. */
export interface PodToTry {
  /** Where it comes from. */
  readonly origin: string
  readonly pod: Pod
}

/** All different pods for a namespace: of the conformance data, of real manifests, and written for the purpose. */
export async function readPods(namespace: string): Promise<PodToTry[]> {
  const found = [...writtenPods.map((pod) => ({ origin: 'written', pod })), ...readUpstreamPods()]
  for (const { name, pod } of await readCorpusWorkloads()) found.push({ origin: name, pod })
  const completed = found.map(({ origin, pod }) => ({ origin, pod: complete(pod) }))
  return distinct(completed, ({ pod: { metadata, spec } }) => [metadata?.annotations, spec]).map(
    ({ origin, pod }, index) => ({
      origin,
      pod: { ...pod, metadata: { ...pod.metadata, name: `pod-${index}`, namespace } },
    }),
  )
}

function readUpstreamPods(): PodToTry[] {
  if (conformance === undefined) return []
  const directory = `${conformance}/psp`
  const cases = ['provider.jsonl', 'admission.jsonl'].flatMap((file) =>
    readRecords<PodCase>(directory, file).map(({ pod }) => pod),
  )
  return [...readRecords<Pod>(directory, 'cross_pods.json'), ...cases].map((pod) => ({
    origin: 'conformance',
    pod,
  }))
}

/**
 * Upstream's pods are fragments that never met the API server's validation, and the corpus names objects that the
 * cluster has not. What policies look at stays as it is.
 */
export function complete(pod: Pod): Pod {
  const { priorityClassName: _, priority: __, serviceAccount: ___, ...spec } = pod.spec ?? {}
  const { annotations, labels } = pod.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(annotations && { annotations }),
      ...(labels && { labels }),
    },
    spec: {
      ...spec,
      serviceAccountName: spec.automountServiceAccountToken === true ? 'default' : TOKENLESS,
      containers: completeContainers(spec.containers?.length ? spec.containers : [{}], 'c'),
      ...(spec.initContainers && { initContainers: completeContainers(spec.initContainers, 'i') }),
      ...(spec.volumes && { volumes: spec.volumes.map(completeVolume) }),
    },
  }
}

function completeContainers(containers: readonly Container[], prefix: string): Container[] {
  return containers.map((container, index) => ({
    ...container,
    name: container.name || `${prefix}${index}`,
    image: container.image || 'example.com/image',
    ...(container.ports && {
      ports: container.ports.map((port) => ({
        ...port,
        containerPort: port.containerPort || port.hostPort || 8080,
      })),
    }),
  }))
}

function completeVolume(volume: Volume, index: number): Volume {
  const named = { ...volume, name: volume.name || `v${index}` }
  const [kind] = Object.keys(volume).filter((field) => field !== 'name')
  const source = kind === undefined ? undefined : volume[kind as keyof Volume]
  const isEmpty = typeof source === 'object' && Object.values(source).every((value) => !value)
  const valid = volumes().find((one) => kind !== undefined && kind in one)
  return isEmpty && valid ? { ...named, ...valid } : named
}
