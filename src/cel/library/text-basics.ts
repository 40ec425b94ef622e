import { type FunctionDeclaration, member, overload } from '../check/declarations.ts'
import { BOOL, BYTES, INT, listOf, mapOf, parameter, STRING } from '../types/type.ts'
import type { List } from '../values/list.ts'
import type { Mapping } from '../values/mapping.ts'
import { compileRegex } from '../values/regex.ts'
import { lengthOf } from '../values/size.ts'
import { Failure, type Result } from '../values/value.ts'

const LIST = listOf(parameter('A'))
const MAP = mapOf(parameter('A'), parameter('B'))

const sizeOfText = (text: string): Result => BigInt(lengthOf(text))
const sizeOfBytes = (bytes: Uint8Array): Result => BigInt(bytes.length)
const sizeOf = (value: List | Mapping): Result => BigInt(value.size)

function matches(text: string, pattern: string): Result {
  const regex = compileRegex(pattern)
  return regex instanceof Failure ? regex : regex.matcher(text).find()
}

/** Sizes and the tests of texts that CEL has of itself (CEL language definition, "List of Standard Definitions"). */
export const textBasics: readonly FunctionDeclaration[] = [
  {
    name: 'size',
    overloads: [
      overload('size_bytes', [BYTES], INT, sizeOfBytes),
      overload('size_list', [LIST], INT, sizeOf),
      overload('size_map', [MAP], INT, sizeOf),
      overload('size_string', [STRING], INT, sizeOfText),
      member('bytes_size', [BYTES], INT, sizeOfBytes),
      member('list_size', [LIST], INT, sizeOf),
      member('map_size', [MAP], INT, sizeOf),
      member('string_size', [STRING], INT, sizeOfText),
    ],
  },
  {
    name: 'contains',
    overloads: [
      member('contains_string', [STRING, STRING], BOOL, (text: string, part: string) => text.includes(part)),
    ],
  },
  {
    name: 'startsWith',
    overloads: [
      member('starts_with_string', [STRING, STRING], BOOL, (text: string, part: string) =>
        text.startsWith(part),
      ),
    ],
  },
  {
    name: 'endsWith',
    overloads: [
      member('ends_with_string', [STRING, STRING], BOOL, (text: string, part: string) => text.endsWith(part)),
    ],
  },
  {
    name: 'matches',
    overloads: [
      overload('matches', [STRING, STRING], BOOL, matches),
      member('matches_string', [STRING, STRING], BOOL, matches),
    ],
  },
]
