import {
  conditionsOf,
  type FilterNode,
  matchedEventTypes,
  possibleValues,
  type Rule,
} from '../../rules/index.ts'
import { foldConstants } from './fold-constants.ts'

/** Fields that tell the family of a socket, and what they are of internet sockets (libs, fdinfo.cpp). */
const OF_INTERNET: readonly (readonly [string, ReadonlySet<string>])[] = [
  ['fd.typechar', new Set(['4', '6'])],
  ['fd.type', new Set(['ipv4', 'ipv6'])],
]

/** Types of events that rules can match only where they are of an internet socket: `evt.type = sendto and fd.typechar = 4`. */
export function typesOfInternet(rules: readonly Rule[]): ReadonlySet<string> {
  const conditions = rules.flatMap(conditionsOf)
  const types = new Set(conditions.flatMap((condition) => [...matchedEventTypes(condition)]))
  return new Set(
    [...types].filter((type) => {
      const facts = new Map(Object.entries({ 'evt.dir': ['<'], 'evt.type': [type] }))
      return conditions.every((condition) => {
        const left = foldConstants(condition, facts)
        return left === false || (left !== true && isOfInternet(left))
      })
    }),
  )
}

function isOfInternet(condition: FilterNode): boolean {
  return OF_INTERNET.some(([field, those]) => {
    const { kind, values, absent } = possibleValues(condition, field)
    return kind === 'only' && !absent && [...values].every((value) => those.has(value))
  })
}
