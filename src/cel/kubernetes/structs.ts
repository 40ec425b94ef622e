import type { StructDeclaration, StructTypes } from '../check/declarations.ts'
import { structType, type Type } from '../types/type.ts'

/** Fields → types of a declared object type. */
export type Fields = Readonly<Record<string, Type>>

/**
 * Object types that variables are declared with. A field that an object may lack is declared all the same: asking for
 * it where it is absent is an error at run time.
 *
 * @param declared - name → fields
 */
export function declareStructs(declared: Readonly<Record<string, Fields>>): StructTypes {
  const structs = new Map<string, StructDeclaration>()
  for (const [name, fields] of Object.entries(declared))
    structs.set(name, {
      type: structType(name),
      field: (field) => (Object.hasOwn(fields, field) ? fields[field] : undefined),
      constructible: false,
    })
  return { find: (name) => structs.get(name) }
}
