import { TOKEN } from './token.ts'
import type { UpstreamRequest } from './upstream.ts'

const TARGET = /^\/[\x21-\x7e]*$/
/** Anything else could end the line for somebody. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

const names = new Set<string>()

/** @throws Error for what cannot be sent */
export function checkRequestLine({ method, target }: UpstreamRequest): void {
  if (!TOKEN.test(method) || !TARGET.test(target)) throw new Error('a request line that cannot be sent')
}

/** @throws Error for what cannot be sent */
export function checkHeader(name: string, value: string): void {
  if (!isName(name) || !VALUE.test(value)) throw new Error('a header that cannot be sent')
}

/** Clients send the same few names; what is remembered has a bound. */
function isName(name: string): boolean {
  if (names.has(name)) return true
  if (!TOKEN.test(name)) return false
  if (names.size < 500) names.add(name)
  return true
}
