import {
  createFolderRenderer,
  decodeObject,
  isWorkload,
  type KubernetesObject,
  type Pod,
  podTemplateOf,
  readPaths,
} from '../../src/kubernetes/index.ts'
import { corpus } from './corpora.ts'

/** A workload of the corpus of real manifests. */
export interface CorpusWorkload {
  /** File and object. */
  readonly name: string
  readonly object: KubernetesObject
  /** The pod that it is, or makes. */
  readonly pod: Pod
}

/** Every pod and everything that makes pods in the corpus, but what the API's decoder would not take. */
export async function readCorpusWorkloads(): Promise<CorpusWorkload[]> {
  if (corpus === undefined) return []
  const workloads: CorpusWorkload[] = []
  const folders = ['hardened', 'public', 'weak'].map((folder) => `${corpus}/${folder}`)
  const options = { stdin: process.stdin, renderFolder: createFolderRenderer({ environment: {} }) }
  for await (const { documents } of readPaths(folders, options))
    for (const { object: given, file } of documents) {
      if (!isWorkload(given)) continue
      const { object, mistyped } = decodeObject(given)
      const template = podTemplateOf(object)
      if (template === undefined || mistyped.length > 0) continue
      const name = `${file.slice(corpus.length + 1)} ${object.kind} ${object.metadata?.name}`
      workloads.push({ name, object, pod: { metadata: template.metadata, spec: template.spec } })
    }
  return workloads
}
