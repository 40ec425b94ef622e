import { type ClusterError, clusterMessages, readingMessages } from '../kubernetes/index.ts'
import { createRenderer, defineMessages, type Message, type MessageSet } from '../messages/index.ts'
import { UsageError } from './exit.ts'

/** Whose messages a fault of a cluster, or of its kubeconfig, is told by. */
export const CLUSTER_FAULTS: readonly MessageSet[] = [clusterMessages, readingMessages]

const faultMessages = defineMessages('cluster-fault', {
  said: {
    en: ({ place, said }: Fault) => place + english(said),
    ko: ({ place, said }: Fault) => place + korean(said),
  },
})

interface Fault {
  /** In the kubeconfig, before what is said; empty where that names its file itself. */
  readonly place: string
  readonly said: Message
}

const [english, korean] = [createRenderer(CLUSTER_FAULTS, 'en'), createRenderer(CLUSTER_FAULTS, 'ko')]

/** What a command cannot do its work with: the cluster or its kubeconfig, as an error of the call. */
export function clusterFault({ code, said, place }: ClusterError): UsageError {
  const at = place?.line === undefined ? '' : `${place.file}:${place.line}:${place.column ?? 1}: `
  return new UsageError(code, faultMessages.make.said({ place: at, said }), faultMessages)
}
