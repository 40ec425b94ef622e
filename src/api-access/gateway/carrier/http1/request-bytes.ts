import type { UpstreamRequest } from '../upstream.ts'
import { TOKEN } from './token.ts'

const TARGET = /^\/[\x21-\x7e]*$/
/** Anything else could end the line for somebody. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

const names = new Set<string>()

/**
 * The head of a request as it goes over the wire, in Latin-1.
 *
 * @param host - the value of the `Host` header
 * @throws Error for what cannot stand in a head; nothing has been sent
 */
export function requestHead({ method, target, headers, body }: UpstreamRequest, host: string): string {
  if (!TOKEN.test(method) || !TARGET.test(target)) throw new Error('a request line that cannot be sent')
  let text = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n`
  let hasLength = false
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string
    const value = headers[index + 1] as string
    if (!isName(name) || !VALUE.test(value)) throw new Error('a header that cannot be sent')
    hasLength ||= name === 'content-length'
    text += `${name}: ${value}\r\n`
  }
  if (hasLength) return `${text}\r\n`
  if (body !== undefined) return `${text}transfer-encoding: chunked\r\n\r\n`
  // "A user agent SHOULD send Content-Length in a request when the method defines a meaning for enclosed content".
  const isEmpty = method === 'POST' || method === 'PUT' || method === 'PATCH'
  return isEmpty ? `${text}content-length: 0\r\n\r\n` : `${text}\r\n`
}

/** The length that the headers announce; undefined: chunked. */
export function announcedLength({ headers }: UpstreamRequest): number | undefined {
  for (let index = 0; index < headers.length; index += 2)
    if (headers[index] === 'content-length') return Number(headers[index + 1])
  return undefined
}

/** Clients send the same few names; what is remembered has a bound. */
function isName(name: string): boolean {
  if (names.has(name)) return true
  if (!TOKEN.test(name)) return false
  if (names.size < 500) names.add(name)
  return true
}
