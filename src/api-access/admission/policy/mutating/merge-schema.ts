import schema from './merge-schema.json' with { type: 'json' }

/** How the parts of an object are merged by an apply configuration (Kubernetes documentation, "Server-Side Apply", "Merge strategy"). */
export interface MergeType {
  /** Of a field: how it is merged; undefined for a field that is replaced, or an object merged field by field. */
  readonly field: (name: string) => FieldMerge | undefined
}

export type FieldMerge =
  | { readonly kind: 'object'; readonly type: MergeType }
  /** A list whose items are told apart by fields. */
  | { readonly kind: 'keyed'; readonly keys: readonly string[]; readonly type: MergeType }
  /** A list of scalars without order. */
  | { readonly kind: 'set' }
  /** Replaced as a whole, which an apply configuration must not do. */
  | { readonly kind: 'atomic' }

type Types = Readonly<Record<string, Readonly<Record<string, string>>>>

const PLAIN: MergeType = { field: () => undefined }

/** The type of a kind, in its version; of a kind that does not come with Kubernetes nothing is known. */
export function mergeTypeOf(apiVersion: string, kind: string): MergeType {
  const kinds: Readonly<Record<string, string>> = schema.kinds
  const name = kinds[`${apiVersion} ${kind}`]
  return name === undefined ? PLAIN : mergeType(name)
}

function mergeType(name: string): MergeType {
  const types: Types = schema.types
  const fields = types[name]
  if (fields === undefined) return PLAIN
  return { field: (field) => (Object.hasOwn(fields, field) ? fieldMerge(fields[field] ?? '') : undefined) }
}

/** `[name]Container`, `[=]`, `[!]`, `{!}`, `!LabelSelector`, `PodSpec`: see the schema's own form. */
function fieldMerge(text: string): FieldMerge {
  if (text.startsWith('!') || text.startsWith('{!}') || text.startsWith('[!]')) return { kind: 'atomic' }
  if (text === '[=]') return { kind: 'set' }
  const [, keys, name = ''] = /^\[([^\]]*)\](.*)$/.exec(text) ?? []
  if (keys !== undefined) return { kind: 'keyed', keys: keys.split(','), type: mergeType(name) }
  return { kind: 'object', type: mergeType(text.replace(/^\{\}/, '')) }
}
