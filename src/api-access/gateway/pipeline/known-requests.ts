import { type RequestInfo, requestInfoOf } from '../../request/index.ts'

/** Methods of the API. */
export const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
])

const MOST = 1000
const LONGEST = 512

/**
 * Makes a `requestInfoOf` that remembers what it has read: clients ask for the same few targets again and again (a lease
 * that is renewed, a status that is looked at), and to take one apart costs as much as to find out who asks.
 *
 * Targets come from clients: how many are remembered has a bound, and how long each may be. With one too many all are
 * forgotten, which costs less than to keep account of their order.
 */
export function rememberedRequests(): typeof requestInfoOf {
  const known = new Map<string, RequestInfo>()
  return (method, target) => {
    // Of other methods one might have a space in it, and so the key of another's target.
    if (!METHODS.has(method) || target.length > LONGEST) return requestInfoOf(method, target)
    const key = `${method} ${target}`
    const found = known.get(key)
    if (found !== undefined) return found
    const read = requestInfoOf(method, target)
    if ('fault' in read) return read
    if (known.size >= MOST) known.clear()
    known.set(key, read)
    return read
  }
}
