import { AnswerError } from '../answer-error.ts'
import { isHopByHop } from '../header-names.ts'
import { NOT_IN_VALUE, TOKEN } from '../token.ts'

/** The head of an answer. */
export interface AnswerHead {
  readonly status: number
  /** Name, value, name, value, … */
  readonly headers: string[]
  /** Of the body, where it is announced. */
  readonly length: number | undefined
}

const UPPER_CASE = /[A-Z]/

/**
 * Reads the head of an answer (RFC 9113, §8.3.2), strictly: on HTTP/1.1 it could be read in two ways else.
 *
 * @param block - name, value, name, value, …
 * @throws AnswerError
 */
export function readAnswerHead(block: readonly string[]): AnswerHead {
  const status = block[0] === ':status' && /^[1-5]\d\d$/.test(block[1] ?? '') ? Number(block[1]) : 0
  // "A 101 (Switching Protocols) … is not supported" here.
  if (status === 0 || status === 101) throw new AnswerError('an answer without a status')
  const headers: string[] = []
  let length: number | undefined
  for (let index = 2; index < block.length; index += 2) {
    const name = block[index] as string
    const value = block[index + 1] as string
    if (!isHeader(name, value)) throw new AnswerError('a header that is none')
    if (name === 'content-length') {
      if (length !== undefined || !/^\d{1,15}$/.test(value))
        throw new AnswerError('a content length that is none')
      length = Number(value)
    }
    headers.push(name, value)
  }
  return { status, headers, length }
}

/** "An endpoint MUST NOT generate an HTTP/2 message containing connection-specific header fields". */
function isHeader(name: string, value: string): boolean {
  return TOKEN.test(name) && !UPPER_CASE.test(name) && !isHopByHop(name) && !NOT_IN_VALUE.test(value)
}
