import {
  createFolderRenderer,
  decodeObject,
  isWorkload,
  type Pod,
  podTemplateOf,
  readPaths,
} from '../../src/kubernetes/index.ts'
import { corpus } from './corpora.ts'

/** A pod, or the template of the pods that a workload makes. */
export interface CorpusPod {
  /** File and object. */
  readonly name: string
  readonly pod: Pod
}

/** Every pod and pod template in the corpus of real manifests. */
export async function readCorpusPods(): Promise<CorpusPod[]> {
  if (corpus === undefined) return []
  const pods: CorpusPod[] = []
  const folders = ['hardened', 'public', 'weak'].map((folder) => `${corpus}/${folder}`)
  const options = { stdin: process.stdin, renderFolder: createFolderRenderer({ environment: {} }) }
  for await (const { documents } of readPaths(folders, options))
    for (const { object, file } of documents) {
      if (!isWorkload(object)) continue
      const decoded = decodeObject(object)
      const template = podTemplateOf(decoded.object)
      if (template === undefined || decoded.mistyped.length > 0) continue
      const name = `${file.slice(corpus.length + 1)} ${object.kind} ${object.metadata?.name}`
      pods.push({ name, pod: { metadata: template.metadata, spec: template.spec } })
    }
  return pods
}
