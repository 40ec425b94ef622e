import { type CallCost, type FunctionDeclaration, member } from '../check/declarations.ts'
import { regexCost } from '../program/cost.ts'
import { INT, listOf, STRING } from '../types/type.ts'
import { ValueList } from '../values/list.ts'
import { compileRegex } from '../values/regex.ts'
import { Failure, type Result } from '../values/value.ts'

const matching: CallCost = ([text = null, pattern = null]) => regexCost(text, pattern)

function find(text: string, pattern: string): Result {
  const regex = compileRegex(pattern)
  if (regex instanceof Failure) return new Failure(`Illegal regex: ${regex.message}`)
  const matcher = regex.matcher(text)
  return matcher.find() ? (matcher.group() ?? '') : ''
}

function findAll(text: string, pattern: string, limit = -1n): Result {
  const regex = compileRegex(pattern)
  if (regex instanceof Failure) return new Failure(`Illegal regex: ${regex.message}`)
  const found: string[] = []
  const matcher = regex.matcher(text)
  let end = -1
  while ((limit < 0n || BigInt(found.length) < limit) && matcher.find()) {
    const match = matcher.group() ?? ''
    // "If 'All' is present … empty matches abutting a preceding match are ignored" (Go, package regexp).
    if (match !== '' || matcher.start() !== end) found.push(match)
    end = matcher.end()
  }
  return new ValueList(found)
}

/** Kubernetes' own regex library (Kubernetes documentation, "CEL in Kubernetes", "Kubernetes regex library"). */
export const regex: readonly FunctionDeclaration[] = [
  { name: 'find', cost: matching, overloads: [member('string_find_string', [STRING, STRING], STRING, find)] },
  {
    name: 'findAll',
    cost: matching,
    overloads: [
      member('string_find_all_string', [STRING, STRING], listOf(STRING), findAll),
      member('string_find_all_string_int', [STRING, STRING, INT], listOf(STRING), findAll),
    ],
  },
]
