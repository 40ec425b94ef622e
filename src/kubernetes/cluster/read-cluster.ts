import type { KubernetesObject } from '../objects/types.ts'
import { isWorkload } from '../objects/workload.ts'
import type { ParsedText, SourceDocument } from '../reading/document.ts'
import type { InputProblem } from '../reading/problem.ts'
import { type ApiServer, connect } from './api-server.ts'
import { ClusterError } from './cluster-error.ts'
import { loadKubeconfig } from './kubeconfig.ts'
import { listPages } from './list-pages.ts'
import { clusterMessages } from './messages.ts'
import { type ClusterResource, collectionPath, NAMESPACES, WORKLOADS } from './resources.ts'

const { make } = clusterMessages

export interface ClusterOptions {
  /** A kubeconfig file; without it the one kubectl would use. */
  readonly kubeconfig?: string
  /** A context of the kubeconfig; without it the current one. */
  readonly context?: string
  /** One namespace; without it (and without `allNamespaces`) the context's own, or `default`. */
  readonly namespace?: string
  readonly allNamespaces?: boolean
  /** Also yields objects whose controller is itself read, such as a Deployment's ReplicaSets and pods. */
  readonly keepOwned?: boolean
  /** For each request; 30 by default. */
  readonly timeoutSeconds?: number
  /** Variables such as `process.env`: `KUBECONFIG`, `KUBERNETES_SERVICE_HOST`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Told of each resource before it is read, for progress. */
  readonly onResource?: (name: string) => void
}

/**
 * Reads namespaces and workloads from a live cluster, in pages of 500.
 *
 * An object whose controller is read as well is left out: a pod of a ReplicaSet of a Deployment is told once,
 * as the Deployment. `metadata.managedFields` is taken off.
 *
 * There is no file: a document's `file` is `cluster:<context>`, and every field's position is line 1, column 1;
 * the field path says where.
 *
 * @returns a page at a time; problems (`ERR_NO_KUBECONFIG`, `ERR_KUBECONFIG`, `ERR_NO_CONTEXT`,
 *   `ERR_CLUSTER_CREDENTIALS`, `…_UNREACHABLE`, `…_TIMEOUT`, `…_UNAUTHORIZED`, after which nothing more comes;
 *   `ERR_CLUSTER_FORBIDDEN`, `…_NAMESPACE`, `…_EXPIRED`, `…_ANSWER`, after which the other resources do)
 */
export async function* readCluster(options: ClusterOptions): AsyncGenerator<ParsedText> {
  let file = `cluster:${options.context ?? ''}`
  let server: ApiServer | undefined
  try {
    const { kubeconfig, context, environment = process.env } = options
    const config = await loadKubeconfig({
      environment,
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
    })
    file = `cluster:${config.getCurrentContext()}`
    const own = config.getContextObject(config.getCurrentContext())?.namespace
    const namespace = options.allNamespaces ? undefined : (options.namespace ?? (own || 'default'))
    server = await connect(config, options.timeoutSeconds ?? 30)
    yield* readResources(server, namespace, file, options)
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    yield { documents: [], problems: [problemOf(error, file)] }
  } finally {
    await server?.close()
  }
}

async function* readResources(
  server: ApiServer,
  namespace: string | undefined,
  file: string,
  { keepOwned = false, onResource }: ClusterOptions,
): AsyncGenerator<ParsedText> {
  const kindsRead = new Set<string>()
  const isTold = (object: KubernetesObject) => keepOwned || !isOwnedBy(kindsRead, object)
  for (const resource of [NAMESPACES, ...WORKLOADS]) {
    onResource?.(resource.name)
    const pages =
      resource === NAMESPACES && namespace !== undefined
        ? readNamespace(server, namespace)
        : listResource(server, resource, namespace)
    try {
      for await (const objects of pages)
        yield { documents: objects.filter(isTold).map((object) => documentOf(object, file)), problems: [] }
      kindsRead.add(resource.kind)
    } catch (error) {
      if (!(error instanceof ClusterError) || error.isFatal) throw error
      yield { documents: [], problems: [problemOf(error, file)] }
    }
  }
}

async function* readNamespace(server: ApiServer, name: string): AsyncGenerator<KubernetesObject[]> {
  const { status, body } = await server.get(`/api/v1/namespaces/${encodeURIComponent(name)}`, {})
  if (status === 200) yield [body as KubernetesObject].map(withoutManagedFields)
  else if (status === 404)
    throw new ClusterError('ERR_CLUSTER_NAMESPACE', make['no-namespace']({ namespace: name }), false)
  else if (status === 403) throw forbidden('namespaces', name)
  else throw badAnswer('namespaces', status, body)
}

/** The pages of the newest version that the server has; nothing where it has none. */
async function* listResource(
  server: ApiServer,
  { name, kind, apiVersions }: ClusterResource,
  namespace: string | undefined,
): AsyncGenerator<KubernetesObject[]> {
  const within = kind === 'Namespace' ? undefined : namespace
  for (const apiVersion of apiVersions) {
    let isServed = true
    for await (const answer of listPages(server, collectionPath(apiVersion, name, within))) {
      if (answer.kind === 'page')
        // Items of a list carry neither apiVersion nor kind.
        yield answer.items.map((item) => withoutManagedFields({ ...item, apiVersion, kind }))
      else if (answer.kind === 'expired')
        throw new ClusterError('ERR_CLUSTER_EXPIRED', make.expired({ resource: name }), false)
      else if (answer.status === 403) throw forbidden(name, within ?? '')
      else if (answer.status === 404) isServed = false
      else throw badAnswer(name, answer.status, answer.body)
    }
    if (isServed) return
  }
}

function withoutManagedFields(object: KubernetesObject): KubernetesObject {
  if (object.metadata?.managedFields === undefined) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** Whether the object's controller is a workload that is told itself. */
function isOwnedBy(kindsRead: ReadonlySet<string>, { metadata }: KubernetesObject): boolean {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true)
  if (owner?.apiVersion === undefined || owner.kind === undefined) return false
  return kindsRead.has(owner.kind) && isWorkload({ apiVersion: owner.apiVersion, kind: owner.kind })
}

function documentOf(object: KubernetesObject, file: string): SourceDocument {
  return { file, object, locate: () => ({ line: 1, column: 1 }), lineAt: () => undefined, isDerived: true }
}

function problemOf({ code, said, place }: ClusterError, file: string): InputProblem {
  return { code, message: said, ...(place ?? { file }) }
}

function forbidden(resource: string, namespace: string): ClusterError {
  return new ClusterError('ERR_CLUSTER_FORBIDDEN', make.forbidden({ resource, namespace }), false)
}

function badAnswer(resource: string, status: number, body: unknown): ClusterError {
  const said = (body as { message?: unknown } | undefined | null)?.message
  const reason = typeof said === 'string' ? `${said} (${status})` : `HTTP ${status}`
  return new ClusterError('ERR_CLUSTER_ANSWER', make.answer({ resource, reason }), false)
}
