import type { ResourceType } from '../objects/resource-types.ts'
import type { ClusterClient } from './cluster-client.ts'
import { answerError } from './discover-type.ts'

/**
 * Asks the server as which resource it serves a kind, of its own or of a CustomResourceDefinition.
 *
 * @returns undefined for a kind that it does not serve
 * @throws ClusterError where it cannot tell now
 */
export async function discoverKind(
  client: Pick<ClusterClient, 'request'>,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
): Promise<ResourceType | undefined> {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const { status, body } = await client.request({ path, timeoutSeconds: 5 })
  if (status === 404) return undefined
  const list = (body as { readonly resources?: unknown } | null | undefined)?.resources
  if (status !== 200 || !Array.isArray(list)) throw answerError(path, status, body)
  const resources: readonly { name?: string; kind?: string; namespaced?: boolean }[] = list
  const served = resources.find((each) => each.kind === kind && each.name?.includes('/') === false)
  if (served?.name === undefined) return undefined
  return { group, resource: served.name, namespaced: served.namespaced === true }
}
