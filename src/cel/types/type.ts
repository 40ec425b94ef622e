/** The kinds of types of CEL; `parameter` stands for a type still to be found, e.g. the A of `list(A)`. */
type TypeKind =
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'null'
  | 'timestamp'
  | 'duration'
  | 'list'
  | 'map'
  | 'struct'
  | 'opaque'
  | 'type'
  | 'dyn'
  | 'error'
  | 'parameter'

/** A type of CEL (CEL language definition, "Values"). Compare with {@link sameType}. */
export interface Type {
  readonly kind: TypeKind
  /** What `type(x)` shows: `int`, `map`, `google.protobuf.Timestamp`, `kubernetes.URL`, `Object.spec`. */
  readonly name: string
  /** Of a list its element, of a map key and value, of an opaque type its own, of a type what it is the type of. */
  readonly parameters: readonly Type[]
}

const NONE: readonly Type[] = []
const simple = (kind: TypeKind, name: string = kind): Type => ({ kind, name, parameters: NONE })

export const BOOL = simple('bool')
export const INT = simple('int')
export const UINT = simple('uint')
export const DOUBLE = simple('double')
export const STRING = simple('string')
export const BYTES = simple('bytes')
export const NULL = simple('null', 'null_type')
export const TIMESTAMP = simple('timestamp', 'google.protobuf.Timestamp')
export const DURATION = simple('duration', 'google.protobuf.Duration')
export const DYN = simple('dyn')
export const ERROR = simple('error', '!error!')
export const TYPE = simple('type')

export const listOf = (element: Type): Type => ({ kind: 'list', name: 'list', parameters: [element] })
export const mapOf = (key: Type, value: Type): Type => ({
  kind: 'map',
  name: 'map',
  parameters: [key, value],
})
export const structType = (name: string): Type => simple('struct', name)
export const opaque = (name: string, ...parameters: Type[]): Type => ({ kind: 'opaque', name, parameters })
export const optionalOf = (value: Type): Type => opaque('optional_type', value)
export const parameter = (name: string): Type => simple('parameter', name)
export const typeOfType = (of: Type): Type => ({ kind: 'type', name: 'type', parameters: [of] })

/** A list and a map of anything: what unstructured objects are made of. */
export const DYN_LIST = listOf(DYN)
export const DYN_MAP = mapOf(DYN, DYN)

export function isOptional(type: Type): boolean {
  return type.kind === 'opaque' && type.name === 'optional_type'
}

/** @returns what the optional holds, or the type itself */
export function unwrapOptional(type: Type): Type {
  return isOptional(type) ? (type.parameters[0] ?? DYN) : type
}

/** Whether both are the same, parameters included. */
export function sameType(one: Type, other: Type): boolean {
  return (
    one === other ||
    (one.kind === other.kind &&
      one.name === other.name &&
      one.parameters.length === other.parameters.length &&
      one.parameters.every((type, index) => sameType(type, other.parameters[index] ?? ERROR)))
  )
}

/** A type as its own name says it: `list(string)`, `google.protobuf.Duration`. */
export function nameOfType({ name, parameters }: Type): string {
  return parameters.length === 0 ? name : `${name}(${parameters.map(nameOfType).join(', ')})`
}

/** A type as the messages of the type checker show it: `list(string)`, `duration`, `null`. */
export function formatType({ kind, name, parameters }: Type): string {
  if (kind === 'null' || kind === 'timestamp' || kind === 'duration') return kind
  return parameters.length === 0 ? name : `${name}(${parameters.map(formatType).join(', ')})`
}
