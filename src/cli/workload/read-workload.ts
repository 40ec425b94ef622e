import {
  type KubernetesObject,
  type PodTemplateView,
  podTemplateOf,
  readingMessages,
  readPaths,
} from '../../kubernetes/index.ts'
import { createRenderer, type Language } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'
import { workloadMessages } from './messages.ts'

const { make } = workloadMessages

/** One object that makes pods, and where it stands. */
export interface WorkloadManifest {
  readonly object: KubernetesObject
  readonly template: PodTemplateView
  readonly file: string
  /** 1-based, of the object; by it a fix finds it in a file of several. */
  readonly line: number
  readonly column: number
}

/**
 * Reads the one object of a file that makes pods.
 *
 * @param path - a file, or `-` for standard input
 * @throws UsageError where there is none, or more than one, or it cannot be read
 */
export async function readWorkload(path: string, language: Language): Promise<WorkloadManifest> {
  const found: WorkloadManifest[] = []
  for await (const { documents, problems } of readPaths([path], { stdin: process.stdin })) {
    const [problem] = problems
    if (problem !== undefined) {
      const { file, line, column, message } = problem
      const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`
      const reason = createRenderer([readingMessages], language)(message)
      throw new UsageError('ERR_MANIFEST', make.unreadable({ place, reason }), workloadMessages)
    }
    for (const document of documents) {
      const { object, file } = document
      const template = podTemplateOf(object)
      if (template !== undefined) found.push({ object, template, file, ...document.locate([]) })
    }
  }
  const [only] = found
  if (only === undefined)
    throw new UsageError('ERR_MANIFEST', make['no-workload']({ file: path }), workloadMessages)
  if (found.length > 1) {
    const names = found.map(({ object }) => `${object.kind}/${object.metadata?.name ?? ''}`)
    throw new UsageError(
      'ERR_MANIFEST',
      make['which-workload']({ file: path, found: names }),
      workloadMessages,
    )
  }
  return only
}

/**
 * The container that is meant: the named one, or the only one.
 *
 * @throws UsageError
 */
export function chooseContainer<C extends { readonly name: string }>(
  containers: readonly C[],
  name: string | undefined,
): C {
  const known = containers.map((each) => each.name)
  const [only] = containers
  if (name === undefined && only !== undefined && containers.length === 1) return only
  if (name === undefined)
    throw new UsageError('ERR_NO_SUCH_CONTAINER', make['which-container']({ known }), workloadMessages)
  const found = containers.find((each) => each.name === name)
  if (found !== undefined) return found
  throw new UsageError('ERR_NO_SUCH_CONTAINER', make['no-container']({ name, known }), workloadMessages)
}
