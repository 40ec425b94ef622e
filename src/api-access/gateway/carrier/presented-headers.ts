import { isIdentityHeader, type Presented } from '../../authentication/index.ts'
import type { ClientRequest } from './http.ts'

/**
 * A request's headers as authentication reads them: of those that say who somebody is, each value by itself. Node.js
 * joins what comes several times with commas, which may stand in a name too: two groups would become another one.
 */
export function presentedHeaders({ headers, rawHeaders }: ClientRequest): Presented['headers'] {
  let apart: Map<string, string[]> | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] ?? ''
    if (!mayBeAsked(raw) || !isIdentityHeader(raw)) continue
    const name = raw.toLowerCase()
    apart ??= new Map()
    const values = apart.get(name)
    const value = textOf(rawHeaders[index + 1] ?? '')
    if (values === undefined) apart.set(name, [value])
    else values.push(value)
  }
  return apart === undefined ? headers : { ...headers, ...Object.fromEntries(apart) }
}

/** `Impersonate-…` and `X-Remote-…`, by the first letter: nearly no request has one. */
function mayBeAsked(name: string): boolean {
  const letter = name.charCodeAt(0) | 0x20
  return letter === 0x69 || letter === 0x78
}

/** Node.js hands on each byte as a character; names are UTF-8, as Go reads them. */
function textOf(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8')
}
