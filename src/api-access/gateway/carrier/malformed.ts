import type { IncomingMessage } from 'node:http'

/** Whether a request has a head that the parser of HTTP/1.1 lets pass, and another server might read otherwise. */
export function isMalformed({ httpVersion, rawHeaders }: IncomingMessage): boolean {
  // The parser knows 0.9 and 2.0 as well, which have no such heads.
  return (httpVersion !== '1.1' && httpVersion !== '1.0') || hostsOf(rawHeaders) > 1
}

/** "A server MUST respond with a 400 … to any request message that contains more than one Host header" (RFC 9112 §3.2). */
function hostsOf(headers: readonly string[]): number {
  let hosts = 0
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts
}

/** @param error - of the parser of HTTP/1.1, or because a head did not come in time */
export function statusOf({ code }: NodeJS.ErrnoException): 400 | 408 | 431 {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
}

const REASONS = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
} as const

/** What a client that speaks no proper HTTP is told, in the least of words. */
export function refusal(status: keyof typeof REASONS): string {
  return `HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
}
