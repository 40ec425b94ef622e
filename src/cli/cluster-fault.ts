import { ClusterError, clusterMessages, readingMessages } from '../kubernetes/index.ts'
import {
  createRenderer,
  defineMessages,
  type Language,
  type Message,
  type MessageSet,
} from '../messages/index.ts'
import { UsageError } from './exit.ts'

/** Whose messages a fault of a cluster, or of its kubeconfig, is told by. */
export const CLUSTER_FAULTS: readonly MessageSet[] = [clusterMessages, readingMessages]

const faultMessages = defineMessages('cluster-fault', {
  said: {
    en: ({ place, said }: Fault) => place + clusterSaid(said, 'en'),
    ko: ({ place, said }: Fault) => place + clusterSaid(said, 'ko'),
  },
})

interface Fault {
  /** In the kubeconfig, before what is said; empty where that names its file itself. */
  readonly place: string
  readonly said: Message
}

/** What a ClusterError says, within a message. */
export function clusterSaid(said: Message, language: Language): string {
  return createRenderer(CLUSTER_FAULTS, language)(said)
}

/** What a command cannot do its work with: the cluster or its kubeconfig, as an error of the call. */
export function clusterFault({
  code,
  said,
  place,
}: Pick<ClusterError, 'code' | 'said' | 'place'>): UsageError {
  const at = place?.line === undefined ? '' : `${place.file}:${place.line}:${place.column ?? 1}: `
  return new UsageError(code, faultMessages.make.said({ place: at, said }), faultMessages)
}

/** What was caught, where a cluster is at fault as `clusterFault` tells it; any other error as it is. */
export function asClusterFault(caught: unknown): unknown {
  return caught instanceof ClusterError ? clusterFault(caught) : caught
}
