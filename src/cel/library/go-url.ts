import { goQuote } from '../../kubernetes/index.ts'

/** An absolute URL as Go's net/url takes it apart. */
export interface GoUrl {
  readonly scheme: string
  /** With the port, unescaped. */
  readonly host: string
  readonly escapedPath: string
  readonly query: string
  readonly fragment: string
}

/**
 * Reads an absolute URL or path as Go does (`url.ParseRequestURI`, then `url.Parse` for the fragment); JavaScript's URL
 * would normalize it.
 *
 * @returns what is wrong, in Go's words, for another text
 */
export function parseGoUrl(text: string): GoUrl | string {
  const bad = (reason: string): string => `parse ${goQuote(text)}: ${reason}`
  if (text === '') return bad('empty url')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\x00-\x1f\x7f]/.test(text)) return bad('net/url: invalid control character in URL')
  const hash = text.indexOf('#')
  const [main, fragment] = hash < 0 ? [text, ''] : [text.slice(0, hash), text.slice(hash + 1)]
  const schemeMatch = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(main)
  if (schemeMatch === null && main.startsWith(':')) return bad('missing protocol scheme')
  const scheme = schemeMatch?.[1]?.toLowerCase() ?? ''
  const afterScheme = main.slice(schemeMatch?.[0].length ?? 0)
  const question = afterScheme.indexOf('?')
  const rest = question < 0 ? afterScheme : afterScheme.slice(0, question)
  const query = question < 0 ? '' : afterScheme.slice(question + 1)
  if (!rest.startsWith('/')) {
    if (scheme === '') return bad('invalid URI for request')
    return { scheme, host: '', escapedPath: '', query, fragment }
  }
  let host = ''
  let path = rest
  if ((scheme !== '' || !rest.startsWith('///')) && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2)
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash)
    path = slash < 0 ? '' : rest.slice(slash)
    // The first of Go's two readings does not know fragments.
    const parsed = parseAuthority(hash >= 0 && slash < 0 && question < 0 ? `${authority}#` : authority)
    if (parsed.problem !== undefined) return bad(parsed.problem)
    host = parsed.host
  }
  const malformed = badEscape(path)
  if (malformed !== undefined) return bad(`invalid URL escape ${goQuote(malformed)}`)
  return { scheme, host, escapedPath: escapePath(path), query, fragment }
}

function parseAuthority(authority: string): { readonly host: string; readonly problem?: string } {
  const at = authority.lastIndexOf('@')
  if (at >= 0 && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at)))
    return { host: '', problem: 'net/url: invalid userinfo' }
  const host = authority.slice(at + 1)
  const bracket = host.startsWith('[') ? host.lastIndexOf(']') : -1
  if (host.startsWith('[') && bracket < 0) return { host: '', problem: "missing ']' in host" }
  const port =
    bracket >= 0 ? host.slice(bracket + 1) : host.includes(':') ? host.slice(host.lastIndexOf(':')) : ''
  if (port !== '' && !/^:\d*$/.test(port))
    return { host: '', problem: `invalid port ${goQuote(port)} after host` }
  const malformed = badEscape(host)
  if (malformed !== undefined) return { host: '', problem: `invalid URL escape ${goQuote(malformed)}` }
  // Only what is no ASCII may be escaped in a host.
  const ascii = /%(?!25)[0-7][0-9a-fA-F]/.exec(host)?.[0]
  if (ascii !== undefined) return { host: '', problem: `invalid URL escape ${goQuote(ascii)}` }
  const odd = /[ "#<>\\^`{|}]/.exec(host)?.[0]
  if (odd !== undefined) return { host: '', problem: `invalid character ${goQuote(odd)} in host name` }
  return { host: decode(host, false) }
}

function badEscape(text: string): string | undefined {
  return /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text)?.[0]
}

/** A path that is a valid encoding stays as it is; any other is encoded. */
function escapePath(path: string): string {
  if (/^[A-Za-z0-9\-._~!$&'()*+,;=:@/[\]%]*$/.test(path)) return path
  return [...Buffer.from(path)]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      if (/[A-Za-z0-9\-._~$&+,/:;=@%]/.test(character)) return character
      return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}

/** A query's values by key, as Go's `URL.Query`: what is malformed is left out. */
export function queryValues(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';') || badEscape(part) !== undefined) continue
    const equals = part.indexOf('=')
    const [key, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)]
    const name = decode(key)
    values.set(name, [...(values.get(name) ?? []), decode(value)])
  }
  return values
}

function decode(text: string, isQuery = true): string {
  const bytes: number[] = []
  for (const [part] of (isQuery ? text.replaceAll('+', ' ') : text).matchAll(/%[0-9a-fA-F]{2}|[^%]+/g)) {
    if (part.startsWith('%')) bytes.push(Number.parseInt(part.slice(1), 16))
    else bytes.push(...Buffer.from(part))
  }
  return Buffer.from(bytes).toString('utf8')
}
