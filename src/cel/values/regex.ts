import { LRUCache } from 'lru-cache'
import { RE2JS } from 're2js'
import { Failure } from './value.ts'

/** A regular expression may be this long, as text. */
const MAX_PATTERN = 10_000

const compiled = new LRUCache<string, RE2JS | Failure>({ max: 500 })

/**
 * Compiles a regular expression (RE2's syntax, in linear time); the last ones are kept.
 *
 * @returns a failure in the words of Go's regexp for what is none
 */
export function compileRegex(pattern: string): RE2JS | Failure {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const made = compile(pattern)
  compiled.set(pattern, made)
  return made
}

function compile(pattern: string): RE2JS | Failure {
  if (pattern.length > MAX_PATTERN) return new Failure('error parsing regexp: expression too large')
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return new Failure(error.message)
  }
}
