import { type FilterNode, possibleValues, type Rule } from '../../rules/index.ts'
import { typesWhere } from './types-where.ts'

/** Fields that tell the family of a socket, and what they are of internet sockets (libs, fdinfo.cpp). */
const OF_INTERNET: readonly (readonly [string, ReadonlySet<string>])[] = [
  ['fd.typechar', new Set(['4', '6'])],
  ['fd.type', new Set(['ipv4', 'ipv6'])],
]

/** Types of events that rules can match only where they are of an internet socket: `evt.type = sendto and fd.typechar = 4`. */
export function typesOfInternet(rules: readonly Rule[]): ReadonlySet<string> {
  return typesWhere(
    rules,
    { 'evt.dir': ['<'] },
    (left) => left === false || (left !== true && isOfInternet(left)),
  )
}

function isOfInternet(condition: FilterNode): boolean {
  return OF_INTERNET.some(([field, those]) => {
    const { kind, values, absent } = possibleValues(condition, field)
    return kind === 'only' && !absent && [...values].every((value) => those.has(value))
  })
}
