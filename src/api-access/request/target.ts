import type { Message } from '../../messages/index.ts'
import { requestMessages } from './messages.ts'

const { make } = requestMessages

/** The target of an HTTP request, taken apart. */
export interface Target {
  /** Decoded, without the query: what Go calls `URL.Path`. */
  readonly path: string
  /** Decoded segments of the path; slashes at its ends make none. */
  readonly segments: readonly string[]
  /** As it was sent, without the question mark. */
  readonly query: string
}

/** "urlmaxqueryparams": of a query with more, Go reads not one. */
const PARAMETERS = 10_000
/** Visible ASCII without `#` (a fragment is never sent) and the backslash, which some take for a slash. */
const VISIBLE = /^[\x21\x22\x24-\x5b\x5d-\x7e]*$/
const ESCAPE = /%(?![0-9A-Fa-f]{2})/
const BEYOND_ASCII = /%[89A-Fa-f]/
/** Whether a path needs a closer look at all: nearly none does. */
const UNUSUAL = /[%;]|\/\/|\/\.{1,2}(?:\/|$)/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/

/**
 * Takes a request's target apart as Go's `net/url` does, and refuses what two readers could read differently: what
 * is authorized must be what the API server then serves. Behind `proxy` of a pod, service or node stands a path
 * of another program, in which only dot segments are refused.
 *
 * @param target - as it stands in the request line, e.g. `/api/v1/pods?limit=1`
 */
export function parseTarget(target: string): Target | { readonly fault: Message } {
  if (!target.startsWith('/')) return { fault: make['no-path']({}) }
  if (!VISIBLE.test(target)) return { fault: make.character({}) }
  const question = target.indexOf('?')
  const raw = question < 0 ? target : target.slice(0, question)
  const query = question < 0 ? '' : target.slice(question + 1)
  if (query.includes(';')) return { fault: make.semicolon({}) }
  if (ESCAPE.test(query)) return { fault: make.escape({}) }
  if (query.startsWith('?')) return { fault: make['question-mark']({}) }
  if (query.split('&', PARAMETERS + 1).length > PARAMETERS) return { fault: make.parameters({}) }
  const segments = splitPath(raw)
  if (!isReadAlike(query) && proxiedFrom(segments) === segments.length) return { fault: make.escape({}) }
  if (!UNUSUAL.test(raw)) return { path: raw, segments, query }

  const decoded: string[] = []
  for (const segment of segments) {
    const text = decode(segment)
    if (text === undefined) return { fault: make.escape({}) }
    if (CONTROL.test(text)) return { fault: make.character({}) }
    if (text === '.' || text === '..') return { fault: make['dot-segment']({}) }
    decoded.push(text)
  }
  const own = decoded.slice(0, proxiedFrom(decoded))
  if (own.some((text) => /[/\\%;]/.test(text))) return { fault: make.segment({}) }
  const isProxied = own.length < decoded.length
  if (own.includes('') || raw.startsWith('//') || (!isProxied && raw.endsWith('//')))
    return { fault: make['empty-segment']({}) }
  // In the foreign part a slash may be an escaped one; dots between such slashes mean the same to many programs.
  if (decoded.slice(own.length).some((text) => /(?:^|[/\\])\.{1,2}(?:[/\\]|$)/.test(text)))
    return { fault: make['dot-segment']({}) }
  return { path: decodeURIComponent(raw), segments: decoded, query }
}

/**
 * Whether `URLSearchParams` reads the parameters as Go does. What is no UTF-8 becomes U+FFFD here, and stays as it is in
 * Go. The arguments of a command may be any bytes; JSON, in which admission is shown them, has U+FFFD in either.
 */
function isReadAlike(query: string): boolean {
  if (!BEYOND_ASCII.test(query)) return true
  return query.split('&').every((pair) => pair.startsWith('command=') || decode(pair) !== undefined)
}

/** "splitPath returns the segments for a URL path." (k8s.io/apiserver, `pkg/endpoints/request`) */
function splitPath(path: string): string[] {
  let start = 0
  let end = path.length
  while (path[start] === '/') start++
  while (end > start && path[end - 1] === '/') end--
  return start === end ? [] : path.slice(start, end).split('/')
}

/** @returns undefined for what is no UTF-8 */
function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** The index of the first segment that is not the API server's own: behind `/api/v1/…/{name}/proxy`. */
function proxiedFrom(segments: readonly string[]): number {
  if (segments[0] !== 'api') return segments.length
  const resource = segments[2] === 'namespaces' ? 4 : 2
  if (!/^(?:nodes|pods|services)$/.test(segments[resource] ?? '')) return segments.length
  return segments[resource + 2] === 'proxy' ? resource + 3 : segments.length
}
