import { type FunctionDeclaration, member, overload } from '../check/declarations.ts'
import { textCost } from '../program/cost.ts'
import { BOOL, listOf, mapOf, opaque, STRING, type Type } from '../types/type.ts'
import { ValueList } from '../values/list.ts'
import { ValueMap } from '../values/mapping.ts'
import { Failure, Opaque, type Result } from '../values/value.ts'
import { type GoUrl, parseGoUrl, queryValues } from './go-url.ts'

export const URL_TYPE = opaque('kubernetes.URL')

class UrlValue extends Opaque {
  readonly url: GoUrl

  constructor(url: GoUrl) {
    super()
    this.url = url
  }

  get type(): Type {
    return URL_TYPE
  }

  equals(other: Opaque): boolean {
    return other instanceof UrlValue && String(this) === String(other)
  }

  override toString(): string {
    const { scheme, host, escapedPath, query, fragment } = this.url
    const start = scheme === '' ? '' : `${scheme}:`
    const authority = host === '' ? '' : `//${host}`
    return `${start}${authority}${escapedPath}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`
  }
}

function parse(text: string): Result {
  const url = parseGoUrl(text)
  return typeof url === 'string'
    ? new Failure(`URL parse error during conversion from string: ${url}`)
    : new UrlValue(url)
}

/** The host without port and brackets. */
function hostname(host: string): string {
  const bracketed = /^\[(.*)\](?::\d*)?$/.exec(host)?.[1]
  return bracketed ?? host.replace(/:\d*$/, '')
}

function port(host: string): string {
  return /:(\d*)$/.exec(host.startsWith('[') ? host.slice(host.lastIndexOf(']')) : host)?.[1] ?? ''
}

function query(text: string): Result {
  const entries = [...queryValues(text)].map(
    ([key, values]) => [`s${key}`, [key, new ValueList(values)]] as const,
  )
  return new ValueMap(new Map(entries))
}

function getter(
  name: string,
  id: string,
  get: (url: GoUrl) => Result,
  result: Type = STRING,
): FunctionDeclaration {
  return { name, cost: () => 1, overloads: [member(id, [URL_TYPE], result, ({ url }: UrlValue) => get(url))] }
}

/** Kubernetes' own URL library (Kubernetes documentation, "CEL in Kubernetes", "Kubernetes URL library"). */
export const urlLibrary: readonly FunctionDeclaration[] = [
  {
    name: 'url',
    cost: ([text = null]) => textCost(text),
    overloads: [overload('string_to_url', [STRING], URL_TYPE, parse)],
  },
  {
    name: 'isURL',
    overloads: [
      overload('is_url_string', [STRING], BOOL, (text: string) => typeof parseGoUrl(text) !== 'string'),
    ],
  },
  getter('getScheme', 'url_get_scheme', ({ scheme }) => scheme),
  getter('getHost', 'url_get_host', ({ host }) => host),
  getter('getHostname', 'url_get_hostname', ({ host }) => hostname(host)),
  getter('getPort', 'url_get_port', ({ host }) => port(host)),
  getter('getEscapedPath', 'url_get_escaped_path', ({ escapedPath }) => escapedPath),
  getter('getQuery', 'url_get_query', (url) => query(url.query), mapOf(STRING, listOf(STRING))),
]
