import type { ClusterClient } from './cluster-client.ts'
import { answerError } from './discover-type.ts'

/** A resource, or a subresource, as a server serves it. */
export interface ServedResource {
  /** `''` for the core group. */
  readonly group: string
  /** `pods`, `pods/exec` */
  readonly name: string
}

/**
 * Asks a server for all that it serves, again and again: what an aggregated API cannot tell at the moment is as it was
 * when it last could (Kubernetes documentation, "The Kubernetes API", "API groups and versioning").
 *
 * @returns asks; each resource once, in whatever versions it is served. @throws ClusterError where the server itself
 *   does not answer
 */
export function servedResources(
  client: Pick<ClusterClient, 'request'>,
): () => Promise<readonly ServedResource[]> {
  const known = new Map<string, readonly ServedResource[]>()

  async function ofVersion(group: string, path: string): Promise<readonly ServedResource[]> {
    const { status, body } = await client.request({ path, timeoutSeconds: SECONDS })
    const list = (body as { readonly resources?: unknown } | null | undefined)?.resources
    if (status === 200 && Array.isArray(list))
      known.set(
        path,
        list.flatMap(({ name }: { readonly name?: unknown }) =>
          typeof name === 'string' ? { group, name } : [],
        ),
      )
    else if (group === '') throw answerError(path, status, body)
    return known.get(path) ?? []
  }

  return async () => {
    const { status, body } = await client.request({ path: '/apis', timeoutSeconds: SECONDS })
    const groups = (body as { readonly groups?: unknown } | null | undefined)?.groups
    if (status !== 200 || !Array.isArray(groups)) throw answerError('/apis', status, body)
    const found = [...(await ofVersion('', '/api/v1'))]
    for (const { name, versions = [] } of groups as readonly Group[])
      for (const { groupVersion } of versions) found.push(...(await ofVersion(name, `/apis/${groupVersion}`)))
    return [...new Map(found.map((each) => [`${each.group}/${each.name}`, each])).values()]
  }
}

const SECONDS = 5

interface Group {
  readonly name: string
  readonly versions?: readonly { readonly groupVersion: string }[]
}
