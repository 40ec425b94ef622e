import type { GroupResource } from '../objects/object-view.ts'
import type { ClusterClient } from './cluster-client.ts'
import { ClusterError } from './cluster-error.ts'
import { clusterMessages } from './messages.ts'

/** How a server serves a resource type. */
export interface ServedType {
  readonly apiVersion: string
  readonly kind: string
  readonly namespaced: boolean
}

/**
 * Asks the server in which version it serves a type: its preferred one of the group, else the next that has it
 * (Kubernetes documentation, "The Kubernetes API", "Aggregated and unaggregated discovery").
 *
 * @returns undefined where it serves the type in no version that can be listed and watched
 * @throws ClusterError also ERR_CLUSTER_ANSWER, where the server cannot tell now
 */
export async function discoverType(
  client: ClusterClient,
  { group, resource }: GroupResource,
  signal: AbortSignal,
): Promise<ServedType | undefined> {
  for (const apiVersion of await versionsOf(client, group, signal)) {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const list = await fetch<ResourceList>(client, path, signal)
    const served = list?.resources?.find(({ name, verbs = [] }) => {
      return name === resource && verbs.includes('list') && verbs.includes('watch')
    })
    if (served?.kind !== undefined)
      return { apiVersion, kind: served.kind, namespaced: served.namespaced ?? false }
  }
  return undefined
}

interface Group {
  readonly preferredVersion?: { readonly groupVersion?: string }
  readonly versions?: readonly { readonly groupVersion?: string }[]
}

interface ResourceList {
  readonly resources?: readonly {
    readonly name?: string
    readonly kind?: string
    readonly namespaced?: boolean
    readonly verbs?: readonly string[]
  }[]
}

async function versionsOf(client: ClusterClient, group: string, signal: AbortSignal): Promise<Set<string>> {
  if (group === '') return new Set(['v1'])
  const found = await fetch<Group>(client, `/apis/${group}`, signal)
  const versions = [found?.preferredVersion, ...(found?.versions ?? [])]
  return new Set(versions.flatMap((version) => version?.groupVersion ?? []))
}

/** @returns undefined for 404: the server does not serve that */
async function fetch<T extends object>(
  client: ClusterClient,
  path: string,
  signal: AbortSignal,
): Promise<T | undefined> {
  const { status, body } = await client.request({ path, signal })
  if (status === 404) return undefined
  if (status === 200 && typeof body === 'object' && body !== null) return body as T
  throw answerError(path, status, body)
}

/** An answer that is not what was asked for, with the server's own words where it has some. */
export function answerError(resource: string, status: number, body: unknown): ClusterError {
  const said = (body as { message?: unknown } | undefined | null)?.message
  const reason = typeof said === 'string' ? `${said} (${status})` : `HTTP ${status}`
  return new ClusterError('ERR_CLUSTER_ANSWER', clusterMessages.make.answer({ resource, reason }), false)
}
