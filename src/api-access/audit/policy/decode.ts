import {
  createDecoder,
  type Fields,
  formatFieldPath,
  goQuote,
  isRecord,
  listOf,
  stringOf,
} from '../../../kubernetes/index.ts'
import type { GroupResources, Policy, PolicyRule } from './policy.ts'

/** A field that the API type does not have, as it reads in a path: `rules[0].resources[0].verbs`. */
export interface UnknownField {
  readonly path: readonly (string | number)[]
}

/** A policy as decoded: `error` is Kubernetes' own text where a value has the wrong type. */
export type DecodedPolicy =
  | { readonly policy: Policy; readonly unknown: readonly UnknownField[] }
  | { readonly error: string }

/** What one field may hold; `type` is its name in Go, which error messages show. */
type Shape =
  | { readonly as: 'string' | 'bool'; readonly type: string }
  | { readonly as: 'list'; readonly of: Shape }
  | { readonly as: 'struct'; readonly type: string; readonly fields: Readonly<Record<string, Shape>> }

const STRING: Shape = { as: 'string', type: 'string' }
const BOOL: Shape = { as: 'bool', type: 'bool' }
const STRINGS: Shape = { as: 'list', of: STRING }
const STAGES: Shape = { as: 'list', of: { as: 'string', type: 'v1.Stage' } }

const GROUP_RESOURCES: Shape = {
  as: 'struct',
  type: 'v1.GroupResources',
  fields: { group: STRING, resources: STRINGS, resourceNames: STRINGS },
}

const POLICY_RULE: Shape = {
  as: 'struct',
  type: 'v1.PolicyRule',
  fields: {
    level: { as: 'string', type: 'v1.Level' },
    users: STRINGS,
    userGroups: STRINGS,
    verbs: STRINGS,
    resources: { as: 'list', of: GROUP_RESOURCES },
    namespaces: STRINGS,
    nonResourceURLs: STRINGS,
    omitStages: STAGES,
    omitManagedFields: BOOL,
  },
}

const POLICY: Shape = {
  as: 'struct',
  type: 'v1.Policy',
  fields: {
    kind: STRING,
    apiVersion: STRING,
    rules: { as: 'list', of: POLICY_RULE },
    omitStages: STAGES,
    omitManagedFields: BOOL,
  },
}

const decodeMetadata = createDecoder<unknown>('ObjectMeta')

/**
 * Decodes an audit policy as the API server's JSON decoder does: field names count by case, null is the zero value,
 * a value of the wrong type ends it, unknown fields are listed and dropped.
 *
 * @param value - the parsed document
 */
export function decodePolicy(value: Fields): DecodedPolicy {
  const found: Found = { unknown: [], mistyped: [] }
  const { metadata, ...rest } = value
  const fields = decode(rest, POLICY, [], '', found) as Fields
  checkMetadata(metadata, found)
  const [error] = found.mistyped
  if (error !== undefined) return { error }
  return {
    policy: {
      rules: listOf(fields['rules']).map((rule) => ruleOf(rule as Fields)),
      omitStages: listOf(fields['omitStages']) as string[],
      omitManagedFields: fields['omitManagedFields'] === true,
    },
    unknown: found.unknown,
  }
}

/** An unknown field in the words of Kubernetes' strict decoder. */
export function unknownFieldText({ path }: UnknownField): string {
  return `unknown field ${goQuote(formatFieldPath(path))}`
}

interface Found {
  readonly unknown: UnknownField[]
  /** The decoder goes on after the first, which is the one it reports. */
  readonly mistyped: string[]
}

type Path = readonly (string | number)[]

/** @param struct - name of the Go struct that the value is a field of */
function decode(value: unknown, shape: Shape, path: Path, struct: string, found: Found): unknown {
  if (value === null || value === undefined) return undefined
  if (shape.as === 'list') {
    if (!Array.isArray(value)) return mistyped(value, shape, path, struct, found)
    return value.map(
      (item, index) => decode(item, shape.of, [...path, index], struct, found) ?? zero(shape.of),
    )
  }
  if (shape.as === 'struct') {
    if (!isRecord(value)) return mistyped(value, shape, path, struct, found)
    const decoded: Record<string, unknown> = {}
    for (const [name, given] of Object.entries(value)) {
      const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined
      if (field === undefined) found.unknown.push({ path: [...path, name] })
      else decoded[name] = decode(given, field, [...path, name], shape.type.slice(3), found)
    }
    return decoded
  }
  if (typeof value === (shape.as === 'bool' ? 'boolean' : 'string')) return value
  return mistyped(value, shape, path, struct, found)
}

function mistyped(value: unknown, shape: Shape, path: Path, struct: string, found: Found): undefined {
  const field = path.filter((part) => typeof part === 'string').join('.')
  found.mistyped.push(
    `json: cannot unmarshal ${jsonType(value)} into Go struct field ${struct}.${field} of type ${goType(shape)}`,
  )
}

function checkMetadata(metadata: unknown, found: Found): void {
  if (metadata === null || metadata === undefined) return
  const decoded = decodeMetadata(metadata)
  found.unknown.push(...decoded.unknown.map(({ path }) => ({ path: ['metadata', ...path] })))
  for (const { path, expected, given } of decoded.mistyped) {
    const place = path.length === 0 ? 'Policy.metadata' : `ObjectMeta.metadata.${path.join('.')}`
    const type = path.length === 0 ? 'v1.ObjectMeta' : expected
    found.mistyped.push(`json: cannot unmarshal ${given} into Go struct field ${place} of type ${type}`)
  }
}

function ruleOf(fields: Fields): PolicyRule {
  const { omitManagedFields } = fields
  return {
    level: stringOf(fields['level']),
    users: listOf(fields['users']) as string[],
    userGroups: listOf(fields['userGroups']) as string[],
    verbs: listOf(fields['verbs']) as string[],
    resources: listOf(fields['resources']).map((entry) => groupResourcesOf(entry as Fields)),
    namespaces: listOf(fields['namespaces']) as string[],
    nonResourceURLs: listOf(fields['nonResourceURLs']) as string[],
    omitStages: listOf(fields['omitStages']) as string[],
    ...(typeof omitManagedFields === 'boolean' && { omitManagedFields }),
  }
}

function groupResourcesOf(fields: Fields): GroupResources {
  return {
    group: stringOf(fields['group']),
    resources: listOf(fields['resources']) as string[],
    resourceNames: listOf(fields['resourceNames']) as string[],
  }
}

function zero(shape: Shape): unknown {
  return shape.as === 'string' ? '' : {}
}

function goType(shape: Shape): string {
  return shape.as === 'list' ? `[]${goType(shape.of)}` : shape.type
}

/** As Go's JSON decoder calls it. */
export function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return value === null ? 'null' : typeof value
}
