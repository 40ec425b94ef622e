import { AnswerError } from '../answer-error.ts'
import { isHopByHop } from '../header-names.ts'
import { NOT_IN_VALUE, TOKEN } from '../token.ts'

/** The head of an answer, and how its body is framed. */
export interface AnswerHead {
  readonly status: number
  /** Name, value, name, value, …; names in lower case, without those of the connection. */
  readonly headers: string[]
  readonly framing: Framing
  /** Whether another request may follow on the connection. */
  readonly isKept: boolean
  /** That the server switches to (101). */
  readonly protocol: string | undefined
}

/** A number: a body of so many bytes. */
export type Framing = number | 'chunked' | 'until-close'

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/
const MOST_HEADERS = 200

/** Names come from the API server and its extensions: what is remembered of them has a bound. */
const known = new Map<string, string>()

/**
 * Reads the head of an answer (RFC 9112), strictly: what could be read in two ways is refused.
 *
 * @param text - in Latin-1, without the empty line at its end
 * @param method - of the request: an answer to `HEAD` has no body
 * @throws AnswerError
 */
export function readAnswerHead(text: string, method: string): AnswerHead {
  const lines = text.split('\r\n')
  const matched = STATUS_LINE.exec(lines[0] ?? '')
  if (matched === null) throw new AnswerError('an answer that begins with no status line')
  if (lines.length > MOST_HEADERS) throw new AnswerError('an answer with too many headers')
  const status = Number(matched[2])
  const headers: string[] = []
  let length: number | undefined
  let isChunked = false
  let protocol: string | undefined
  let isKept = matched[1] === '1'
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] as string
    const colon = line.indexOf(':')
    const name = lowerCased(line.slice(0, colon))
    const value = line.slice(colon + 1).trim()
    // A line that goes on the one before begins with a space, which is no token.
    if (colon < 1 || name === '' || NOT_IN_VALUE.test(value)) throw new AnswerError('a header that is none')
    switch (name) {
      case 'content-length':
        length = lengthOf(value, length)
        headers.push(name, value)
        break
      case 'transfer-encoding':
        if (isChunked || value.toLowerCase() !== 'chunked')
          throw new AnswerError('a transfer coding other than chunked')
        isChunked = true
        break
      case 'connection':
        if (/(?:^|,)\s*close\s*(?:,|$)/i.test(value)) isKept = false
        break
      case 'upgrade':
        protocol = value
        break
      default:
        if (!isHopByHop(name)) headers.push(name, value)
    }
  }
  // "ought to be handled as an error": the two disagree where the body ends.
  if (isChunked && length !== undefined) throw new AnswerError('an answer with two lengths')
  const framing = hasNoBody(status, method) ? 0 : isChunked ? 'chunked' : (length ?? 'until-close')
  return { status, headers, framing, isKept: isKept && framing !== 'until-close', protocol }
}

/** "Any response to a HEAD request and any response with a 1xx, 204, or 304 status code is always terminated by the first empty line" (RFC 9112, §6.3). */
function hasNoBody(status: number, method: string): boolean {
  return method === 'HEAD' || status < 200 || status === 204 || status === 304
}

function lengthOf(value: string, former: number | undefined): number {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
  if (Number.isNaN(length) || former !== undefined) throw new AnswerError('a content length that is none')
  return length
}

/** @returns empty for what is no name */
function lowerCased(name: string): string {
  const found = known.get(name)
  if (found !== undefined) return found
  if (!TOKEN.test(name)) return ''
  const lower = name.toLowerCase()
  if (known.size < 500) known.set(name, lower)
  return lower
}
