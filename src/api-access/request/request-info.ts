import type { Message } from '../../messages/index.ts'
import type { RequestAttributes } from './attributes.ts'
import { exactNameOf } from './field-selector.ts'
import { requestMessages } from './messages.ts'
import { parseTarget, type Target } from './target.ts'

/** What a request asks for; with a user added, what is authorized and audited. */
export interface RequestInfo extends Omit<RequestAttributes, 'user'> {
  /** As it was sent, without the question mark. */
  readonly query: string
  /** What stands behind the subresource: the path that a proxied program is asked for. */
  readonly rest: readonly string[]
}

/** "specialVerbs contains just strings which are used in REST paths for special actions that don't fall under the normal CRUDdy GET/POST/PUT/DELETE actions on REST objects." */
const SPECIAL_VERBS = new Set(['proxy', 'watch'])
/** "namespaceSubresources contains subresources of namespace": others in that place are resources in the namespace. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize'])

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/**
 * Tells from method and URL what a request asks for (Kubernetes documentation, "Authorization Overview", "Determine
 * the request verb"; k8s.io/apiserver, `pkg/endpoints/request`, NewRequestInfo).
 *
 * @param target - of the request line, e.g. `/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All`
 * @returns what is wrong with a target that is to be refused with status 400
 */
export function requestInfoOf(method: string, target: string): RequestInfo | { readonly fault: Message } {
  const parsed = parseTarget(target)
  if ('fault' in parsed) return parsed
  const [prefix, ...behindPrefix] = parsed.segments
  const isApi = prefix === 'api' || prefix === 'apis'
  // `/api/v1` and `/apis/apps/v1` are discovery.
  if (!isApi || behindPrefix.length < (prefix === 'api' ? 2 : 3)) return nonResourceInfo(method, parsed)
  const apiGroup = prefix === 'api' ? '' : (behindPrefix.shift() ?? '')
  const apiVersion = behindPrefix.shift() ?? ''
  let parts: readonly string[] = behindPrefix
  let verb = VERBS[method] ?? ''
  if (SPECIAL_VERBS.has(parts[0] ?? '')) {
    if (parts.length < 2) return { fault: requestMessages.make['no-kind']({}) }
    verb = parts[0] ?? ''
    parts = parts.slice(1)
  }
  let namespace = ''
  if (parts[0] === 'namespaces') {
    namespace = parts[1] ?? ''
    if (parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2] ?? '')) parts = parts.slice(2)
  }
  const [resource = '', name = ''] = parts
  // "specialVerbsNoSubresources contains root verbs which do not allow subresources"
  const subresource = verb === 'proxy' ? '' : (parts[2] ?? '')
  const info = {
    verb,
    apiGroup,
    apiVersion,
    resource,
    subresource,
    namespace,
    name,
    path: parsed.path,
    resourceRequest: true,
    query: parsed.query,
    rest: parts.slice(3),
  }
  if (name !== '') return info
  if (verb === 'get') return { ...info, ...collectionRead(parsed.query) }
  return verb === 'delete' ? { ...info, verb: 'deletecollection' } : info
}

/** "if there's no name on the request and we thought it was a get before, then the actual verb is a list or a watch" */
function collectionRead(text: string): { readonly verb: string; readonly name: string } {
  if (text === '') return { verb: 'list', name: '' }
  const query = new URLSearchParams(text)
  const watch = query.get('watch')
  const verb = watch === null || isFalse(watch) ? 'list' : 'watch'
  // Where the options cannot be decoded the server looks at `watch` alone.
  const isReadable = ['limit', 'timeoutSeconds'].every((option) => isInteger(query.get(option)))
  const selector = isReadable ? query.get('fieldSelector') : null
  const name = selector === null ? undefined : exactNameOf(selector)
  return { verb, name: name !== undefined && isPathSegmentName(name) ? name : '' }
}

/**
 * Whether a value of a query switches something off. Go compares by simple case folding (`strings.EqualFold`), which takes
 * U+017F for an s.
 */
export function isFalse(value: string): boolean {
  return value === '0' || /^false$/iu.test(value)
}

function isInteger(value: string | null): boolean {
  return value === null || /^[+-]?\d+$/.test(value)
}

/** k8s.io/apimachinery, `pkg/api/validation/path`, IsValidPathSegmentName. */
function isPathSegmentName(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/%]/.test(name)
}

/** Of a request that is for no resource: discovery, probes, and what cannot be read as any. */
export function nonResourceInfo(
  method: string,
  { path, query }: Pick<Target, 'path' | 'query'>,
): RequestInfo {
  return {
    verb: method.toLowerCase(),
    apiGroup: '',
    apiVersion: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    path,
    resourceRequest: false,
    query,
    rest: [],
  }
}
