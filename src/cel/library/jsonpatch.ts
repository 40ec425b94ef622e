import { type FunctionDeclaration, overload } from '../check/declarations.ts'
import { textCost } from '../program/cost.ts'
import { STRING } from '../types/type.ts'

/** Escaping of keys in paths (RFC 6901), for mutating policies. */
export const jsonPatchLibrary: readonly FunctionDeclaration[] = [
  {
    name: 'jsonpatch.escapeKey',
    cost: ([text = null]) => textCost(text),
    overloads: [
      overload('string_jsonpatch_escapeKey_string', [STRING], STRING, (key: string) =>
        key.replace(/[~/]/g, (character) => (character === '~' ? '~0' : '~1')),
      ),
    ],
  },
]
