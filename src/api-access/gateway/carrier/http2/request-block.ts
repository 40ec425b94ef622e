import { isHopByHop } from '../header-names.ts'
import { checkHeader, checkRequestLine } from '../request-syntax.ts'
import type { UpstreamRequest } from '../upstream.ts'
import { headerBlock } from './header-block.ts'

const UPPER_CASE = /[A-Z]/

/**
 * The head of a request without a body.
 *
 * @param host - what the request is for
 * @throws Error for what cannot stand in a head
 */
export function requestBlock(request: UpstreamRequest, host: string): Buffer {
  const { method, target, headers } = request
  checkRequestLine(request)
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string
    checkHeader(name, headers[index + 1] as string)
    if (UPPER_CASE.test(name) || isHopByHop(name)) throw new Error('a header that cannot be sent')
  }
  const pseudo = [':method', method, ':scheme', 'https', ':authority', host, ':path', target]
  return headerBlock([...pseudo, ...headers])
}
