import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import type { InputProblem } from '../reading/problem.ts'
import { ClusterError } from './cluster-error.ts'
import { loadKubeconfigFile } from './kubeconfig-file.ts'
import { clusterMessages } from './messages.ts'

const { make } = clusterMessages

/** Where a pod finds its own credentials (Kubernetes docs, Accessing the Kubernetes API from a Pod). */
const POD_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token'

export interface KubeconfigChoice {
  /** A file; instead of `$KUBECONFIG` and `~/.kube/config`. */
  readonly kubeconfig?: string
  /** The option that gives the file, where it is not `--kubeconfig`. */
  readonly option?: string
  /** Instead of the file's current context. */
  readonly context?: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Whether there is a kubeconfig that `loadKubeconfig` can use, told before anything else is done.
 *
 * @returns what is wrong with it (`ERR_NO_KUBECONFIG`, `ERR_KUBECONFIG`, `ERR_NO_CONTEXT`), undefined for nothing
 */
export async function kubeconfigProblem(choice: KubeconfigChoice): Promise<InputProblem | undefined> {
  try {
    await loadKubeconfig(choice)
    return undefined
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    const [file = ''] = candidateFiles(choice)
    return { code: error.code, message: error.said, ...(error.place ?? { file }) }
  }
}

/**
 * Loads the kubeconfig that kubectl would: the named file, else the files of `$KUBECONFIG`, else
 * `~/.kube/config`, else the credentials of the pod that this program runs in.
 *
 * @throws ClusterError ERR_NO_KUBECONFIG, ERR_KUBECONFIG, ERR_NO_CONTEXT
 */
export async function loadKubeconfig(choice: KubeconfigChoice): Promise<KubeConfig> {
  const client = await import('@kubernetes/client-node')
  const config = new client.KubeConfig()
  const candidates = candidateFiles(choice)
  const [first, ...others] = candidates.filter((file) => existsSync(file))
  if (first !== undefined) {
    loadKubeconfigFile(config, first)
    for (const file of others) {
      const other = new client.KubeConfig()
      loadKubeconfigFile(other, file)
      mergeInto(config, other)
    }
  } else if (choice.kubeconfig === undefined && isInPod(choice)) config.loadFromCluster()
  else {
    const { option = '--kubeconfig' } = choice
    throw new ClusterError('ERR_NO_KUBECONFIG', make['no-kubeconfig']({ tried: candidates, option }), true)
  }

  if (choice.context !== undefined) config.setCurrentContext(choice.context)
  const known = config.getContexts().map(({ name }) => name)
  if (!known.includes(config.getCurrentContext()) || config.getCurrentCluster() === null) {
    const context = config.getCurrentContext() ?? ''
    throw new ClusterError('ERR_NO_CONTEXT', make['no-context']({ context, known }), true)
  }
  if (first !== undefined) refusePlainHttp(config, [first, ...others])
  return config
}

/**
 * Credentials go over no connection that anybody on the way can read, as the official client has it: `http://` only where
 * the cluster's entry says that its server is not verified anyway.
 */
function refusePlainHttp(config: KubeConfig, files: readonly string[]): void {
  const cluster = config.getCurrentCluster()
  if (cluster === null || !/^http:/i.test(cluster.server) || cluster.skipTLSVerify || cluster.proxyUrl) return
  throw new ClusterError('ERR_KUBECONFIG', make['plain-http']({ cluster: cluster.name, files }), true)
}

function candidateFiles({ kubeconfig, environment }: KubeconfigChoice): string[] {
  if (kubeconfig !== undefined) return [kubeconfig]
  const named = environment['KUBECONFIG']?.split(delimiter).filter((file) => file !== '') ?? []
  return named.length > 0 ? named : [join(homedir(), '.kube', 'config')]
}

/** Whether this program runs in a pod that has credentials for its own cluster. */
export function isInPod({ environment }: Pick<KubeconfigChoice, 'environment'>): boolean {
  return environment['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(POD_TOKEN)
}

/** "The first file to set a particular value or map key wins" (Organizing Cluster Access, Merging). */
function mergeInto(config: KubeConfig, other: KubeConfig): void {
  for (const cluster of other.clusters)
    if (config.getCluster(cluster.name) === null) config.addCluster(cluster)
  for (const user of other.users) if (config.getUser(user.name) === null) config.addUser(user)
  for (const context of other.contexts)
    if (config.getContextObject(context.name) === null) config.addContext(context)
  if (!config.getCurrentContext()) config.setCurrentContext(other.getCurrentContext())
}
