import { checkHeader, checkRequestLine } from '../request-syntax.ts'
import type { UpstreamRequest } from '../upstream.ts'

/**
 * The head of a request as it goes over the wire, in Latin-1.
 *
 * @param host - the value of the `Host` header
 * @throws Error for what cannot stand in a head; nothing has been sent
 */
export function requestHead(request: UpstreamRequest, host: string): string {
  const { method, target, headers, body } = request
  checkRequestLine(request)
  let text = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n`
  let hasLength = false
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string
    const value = headers[index + 1] as string
    checkHeader(name, value)
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
