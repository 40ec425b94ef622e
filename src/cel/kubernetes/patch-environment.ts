import type { StructDeclaration } from '../check/declarations.ts'
import { jsonPatchLibrary } from '../library/jsonpatch.ts'
import { DYN, STRING, structType, type Type } from '../types/type.ts'
import { admissionEnvironment } from './environments.ts'

export const OBJECT: Type = structType('Object')
export const JSON_PATCH: Type = structType('JSONPatch')

const JSON_PATCH_FIELDS: Readonly<Record<string, Type>> = {
  op: STRING,
  path: STRING,
  from: STRING,
  value: DYN,
}

const jsonPatch: StructDeclaration = {
  type: JSON_PATCH,
  field: (name) => (Object.hasOwn(JSON_PATCH_FIELDS, name) ? JSON_PATCH_FIELDS[name] : undefined),
  constructible: true,
}

/** `Object`, `Object.spec`, `Object.spec.containers`: a type for every path, whose fields may be anything. */
function objectStruct(name: string): StructDeclaration {
  return { type: structType(name), field: () => DYN, constructible: true }
}

/**
 * What the expressions of mutations may use besides what conditions may: the types `Object…` and `JSONPatch`, and
 * `jsonpatch.escapeKey` (Kubernetes documentation, "Mutating Admission Policy").
 */
export const patchEnvironment = admissionEnvironment.extend({
  functions: jsonPatchLibrary,
  structs: {
    find: (name) => {
      if (name === 'JSONPatch') return jsonPatch
      return name === 'Object' || name.startsWith('Object.') ? objectStruct(name) : undefined
    },
  },
})
