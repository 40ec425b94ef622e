import {
  type ClusterOptions,
  createFolderRenderer,
  type DocumentBatch,
  kubeconfigProblem,
  type ParsedText,
  readBatches,
  readCluster,
} from '../../kubernetes/index.ts'
import { clusterFault } from '../cluster-fault.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import type { ScanOptions } from './options.ts'
import { THREADS_FROM } from './threads-from.ts'

/**
 * Where the objects come from: files, folders, charts, standard input, then a live cluster.
 *
 * @param leavesOut - files of a folder that are no input
 * @param onInput - told of each file or resource before it is read
 * @throws UsageError where nothing was named
 */
export async function* openSource(
  paths: readonly string[],
  options: ScanOptions,
  leavesOut: ((file: string) => boolean) | undefined,
  onInput: (name: string, kind: 'file' | 'resource') => void,
): AsyncGenerator<DocumentBatch | ParsedText> {
  if (paths.length > 0)
    yield* readBatches(paths, {
      // Opened only when a path is `-`: making the stream costs milliseconds.
      get stdin() {
        return process.stdin
      },
      cutFrom: THREADS_FROM,
      ...(leavesOut !== undefined && { leavesOut }),
      renderFolder: createFolderRenderer({ environment: process.env }),
      onFile: (file) => onInput(file, 'file'),
    })
  if (options.cluster === true)
    yield* readCluster({ ...clusterOptions(options), onResource: (name) => onInput(name, 'resource') })
}

/**
 * Looks at the call before anything is read.
 *
 * @throws UsageError where there is nothing to scan, options contradict each other, or no kubeconfig says which cluster
 */
export async function checkSource(paths: readonly string[], options: ScanOptions): Promise<void> {
  if (paths.length === 0 && options.cluster !== true)
    throw new UsageError('ERR_NOTHING_TO_SCAN', cliMessages.make['nothing-to-scan']({}), cliMessages)
  const { kubeconfig, context, namespace, allNamespaces } = options
  const forCluster = {
    '--kubeconfig': kubeconfig,
    '--context': context,
    '--namespace': namespace,
    '--all-namespaces': allNamespaces,
  }
  for (const [option, value] of Object.entries(forCluster))
    if (value !== undefined && options.cluster !== true)
      throw new UsageError(
        'ERR_OPTION_ALONE',
        cliMessages.make['option-needs']({ option, other: '--cluster' }),
        cliMessages,
      )
  if (options.fix === true && paths.includes('-'))
    throw new UsageError('ERR_OPTION_ALONE', cliMessages.make['fix-of-stdin']({}), cliMessages)
  if (options.dryRun === true && options.fix !== true)
    throw new UsageError(
      'ERR_OPTION_ALONE',
      cliMessages.make['option-needs']({ option: '--dry-run', other: '--fix' }),
      cliMessages,
    )
  if (options.cluster === true) await checkKubeconfig(options)
}

async function checkKubeconfig({ kubeconfig, context }: ScanOptions): Promise<void> {
  const problem = await kubeconfigProblem({
    environment: process.env,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  })
  if (problem === undefined) return
  const { code, message: said, ...place } = problem
  throw clusterFault({ code, said, place })
}

function clusterOptions({ kubeconfig, context, namespace, allNamespaces }: ScanOptions): ClusterOptions {
  return {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(namespace !== undefined && { namespace }),
    ...(allNamespaces !== undefined && { allNamespaces }),
  }
}
