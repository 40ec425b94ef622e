import type { ClusterAnswer, ClusterRequest } from '../../../kubernetes/index.ts'

interface Stored {
  readonly metadata?: { readonly name?: string; readonly resourceVersion?: string }
}

/**
 * Objects by their paths, written as an API server does: with versions, so that who writes an old one gets a conflict.
 * Only what registration and leases use of it; they are held against a real API server end to end.
 */
export class ObjectsByPath {
  readonly objects = new Map<string, Stored>()
  readonly writes: string[] = []
  #version = 0

  request = async ({ method = 'GET', path, body }: ClusterRequest): Promise<ClusterAnswer> => {
    const answer = (status: number, object?: unknown): ClusterAnswer => ({
      status,
      headers: {},
      body: object,
    })
    const found = this.objects.get(path)
    if (method === 'GET') return found === undefined ? answer(404) : answer(200, found)
    this.writes.push(`${method} ${path}`)
    if (method === 'DELETE') return answer(this.objects.delete(path) ? 200 : 404)
    const given = body as Stored
    if (method === 'POST') {
      const own = `${path}/${given.metadata?.name}`
      return this.objects.has(own) ? answer(409) : answer(201, this.#put(own, given))
    }
    if (found === undefined) return answer(404)
    if (method === 'PATCH') return answer(200, this.#put(path, { ...found, ...merged(found, given) }))
    const isOld = given.metadata?.resourceVersion !== found.metadata?.resourceVersion
    return isOld ? answer(409) : answer(200, this.#put(path, given))
  }

  #put(path: string, object: Stored): Stored {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } }
    this.objects.set(path, stored)
    return stored
  }
}

/** A merge patch (RFC 7396) of objects in objects. */
function merged(target: object, patch: object): object {
  const fields = target as Readonly<Record<string, unknown>>
  return Object.fromEntries([
    ...Object.entries(fields),
    ...Object.entries(patch).map(([key, value]) => {
      const before = fields[key]
      const isDeep = typeof value === 'object' && typeof before === 'object' && before !== null
      return [key, isDeep ? merged(before, value) : value]
    }),
  ])
}
