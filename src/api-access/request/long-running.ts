import type { RequestAttributes } from './attributes.ts'

/** What the API server takes for long-running (`pkg/server/config`, BasicLongRunningRequestCheck). */
const VERBS = new Set(['watch', 'proxy'])
const SUBRESOURCES = new Set(['attach', 'exec', 'proxy', 'log', 'portforward'])

/** Whether a request may last as long as the client wants: limits on time and on requests in flight leave it out. */
export function isLongRunning({
  resourceRequest,
  verb,
  subresource,
}: Pick<RequestAttributes, 'resourceRequest' | 'verb' | 'subresource'>): boolean {
  return resourceRequest && (VERBS.has(verb) || SUBRESOURCES.has(subresource))
}
