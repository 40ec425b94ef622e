import { stringOf } from '../objects/json.ts'
import type { KubernetesObject } from '../objects/types.ts'
import type { ApiServer } from './api-server.ts'

/** What asking for a list gave: pages until the end, or one reason why there are no more. */
export type ListAnswer =
  | { readonly kind: 'page'; readonly items: readonly KubernetesObject[] }
  | { readonly kind: 'refused'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'expired' }

const PAGE_SIZE = 500
const RESTARTS = 3

/**
 * Reads a collection in chunks (Kubernetes API Concepts, Retrieving large results sets in chunks).
 *
 * A continue token expires, usually after five minutes, and the server then answers 410 Gone. Where that answer
 * has a token of its own, the list goes on from there ("the server will respond with a list starting from the
 * next key, but from the latest snapshot"); else it begins anew, without what was given already.
 */
export async function* listPages(server: ApiServer, path: string): AsyncGenerator<ListAnswer> {
  const given = new Set<string>()
  let token = ''
  let restarts = 0
  for (;;) {
    const query = { limit: String(PAGE_SIZE), ...(token !== '' && { continue: token }) }
    const { status, body } = await server.get(path, query)
    if (status === 410 && token !== '') {
      if (++restarts > RESTARTS) return yield { kind: 'expired' }
      token = continueToken(body)
      continue
    }
    const items = status === 200 ? itemsOf(body) : undefined
    if (items === undefined) return yield { kind: 'refused', status, body }
    const fresh = items.filter((item) => !given.has(identity(item)))
    yield { kind: 'page', items: fresh }
    token = continueToken(body)
    if (token === '') return
    for (const item of fresh) given.add(identity(item))
  }
}

function identity({ metadata }: KubernetesObject): string {
  return metadata?.uid ?? `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`
}

function itemsOf(body: unknown): KubernetesObject[] | undefined {
  const items = (body as { items?: unknown } | null | undefined)?.items
  return Array.isArray(items) ? items : undefined
}

function continueToken(body: unknown): string {
  const token = (body as { metadata?: { continue?: unknown } } | null | undefined)?.metadata?.continue
  return stringOf(token)
}
