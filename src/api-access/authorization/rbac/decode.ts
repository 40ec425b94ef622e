import type { FieldPath, Fields } from '../../../kubernetes/index.ts'
import {
  type Binding,
  type MistypedRbacField,
  type PolicyRule,
  RBAC_GROUP,
  RBAC_RESOURCES,
  type RbacKind,
  type Role,
  type RoleSelector,
  type Subject,
} from './objects.ts'

/** An object of the RBAC group as decoded; `mistyped`: it cannot be, and grants nothing. */
export type DecodedRbac =
  | { readonly role: Role }
  | { readonly binding: Binding }
  | { readonly mistyped: MistypedRbacField }

/**
 * Which kind of the RBAC group an object is, of whatever version.
 *
 * @returns undefined for any other kind
 */
export function rbacKindOf(object: {
  readonly apiVersion?: unknown
  readonly kind?: unknown
}): RbacKind | undefined {
  const { apiVersion, kind } = object
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith(`${RBAC_GROUP}/`)) return undefined
  return typeof kind === 'string' && Object.hasOwn(RBAC_RESOURCES, kind) ? (kind as RbacKind) : undefined
}

/**
 * Decodes a Role, ClusterRole, RoleBinding or ClusterRoleBinding. Null and absent are the same; a value of the wrong
 * type makes the object worthless as a whole, since to drop a field alone, such as `resourceNames`, could grant more.
 *
 * @param kind - what the object is; its own `kind` may be missing, as in the items of a list
 */
export function decodeRbacObject(kind: RbacKind, object: Readonly<Record<string, unknown>>): DecodedRbac {
  try {
    const metadata = record(object['metadata'], ['metadata'])
    const name = text(metadata['name'], ['metadata', 'name'])
    const given = text(metadata['namespace'], ['metadata', 'namespace'])
    if (kind === 'Role' || kind === 'ClusterRole') {
      const namespace = kind === 'Role' ? given : ''
      return { role: decodeRole(kind, namespace, name, object, metadata) }
    }
    const namespace = kind === 'RoleBinding' ? given : ''
    return { binding: decodeBinding(kind, namespace, name, object) }
  } catch (error) {
    if (error instanceof Mistyped) return { mistyped: { path: error.path, expected: error.expected } }
    throw error
  }
}

/** @throws Error where a rule's field has the wrong type */
export function decodePolicyRule(value: unknown, path: FieldPath = []): PolicyRule {
  const rule = record(value, path)
  const list = (name: string) => texts(rule[name], [...path, name])
  return {
    verbs: list('verbs'),
    apiGroups: list('apiGroups'),
    resources: list('resources'),
    resourceNames: list('resourceNames'),
    nonResourceURLs: list('nonResourceURLs'),
  }
}

function decodeRole(
  kind: 'Role' | 'ClusterRole',
  namespace: string,
  name: string,
  object: Fields,
  metadata: Fields,
): Role {
  const rules = items(object['rules'], ['rules']).map((rule, index) =>
    decodePolicyRule(rule, ['rules', index]),
  )
  const labels = textMap(metadata['labels'], ['metadata', 'labels'])
  const role = { kind, namespace, name, labels, rules }
  const aggregation = object['aggregationRule']
  if (kind === 'Role' || aggregation === undefined || aggregation === null) return role
  const path = ['aggregationRule', 'clusterRoleSelectors']
  const selectors = items(record(aggregation, ['aggregationRule'])['clusterRoleSelectors'], path)
  return {
    ...role,
    aggregates: selectors.map((selector, index) => decodeSelector(selector, [...path, index])),
  }
}

function decodeSelector(value: unknown, path: FieldPath): RoleSelector {
  const selector = record(value, path)
  const place = [...path, 'matchExpressions']
  return {
    matchLabels: textMap(selector['matchLabels'], [...path, 'matchLabels']),
    matchExpressions: items(selector['matchExpressions'], place).map((each, index) => {
      const expression = record(each, [...place, index])
      return {
        key: text(expression['key'], [...place, index, 'key']),
        operator: text(expression['operator'], [...place, index, 'operator']),
        values: texts(expression['values'], [...place, index, 'values']),
      }
    }),
  }
}

function decodeBinding(kind: Binding['kind'], namespace: string, name: string, object: Fields): Binding {
  const ref = record(object['roleRef'], ['roleRef'])
  return {
    kind,
    namespace,
    name,
    roleRef: {
      apiGroup: text(ref['apiGroup'], ['roleRef', 'apiGroup']),
      kind: text(ref['kind'], ['roleRef', 'kind']),
      name: text(ref['name'], ['roleRef', 'name']),
    },
    subjects: items(object['subjects'], ['subjects']).map((each, index) => decodeSubject(each, index)),
  }
}

function decodeSubject(value: unknown, index: number): Subject {
  const subject = record(value, ['subjects', index])
  const field = (name: string) => text(subject[name], ['subjects', index, name])
  return {
    kind: field('kind'),
    apiGroup: field('apiGroup'),
    name: field('name'),
    namespace: field('namespace'),
  }
}

/** Ends the decoding of one object; caught where it began. */
class Mistyped extends Error {
  readonly path: FieldPath
  readonly expected: MistypedRbacField['expected']

  constructor(path: FieldPath, expected: MistypedRbacField['expected']) {
    super(`expected ${expected}`)
    this.path = path
    this.expected = expected
  }
}

const NONE: readonly never[] = []
const NO_LABELS: ReadonlyMap<string, string> = new Map()

function record(value: unknown, path: FieldPath): Fields {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw new Mistyped(path, 'object')
  return value as Fields
}

function items(value: unknown, path: FieldPath): readonly unknown[] {
  if (value === undefined || value === null) return NONE
  if (!Array.isArray(value)) throw new Mistyped(path, 'list')
  return value
}

function text(value: unknown, path: FieldPath): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new Mistyped(path, 'string')
  return value
}

/** A null among the items is the empty string, as Go's decoder has it. */
function texts(value: unknown, path: FieldPath): readonly string[] {
  const list = items(value, path)
  if (list.every((item) => typeof item === 'string')) return list
  return list.map((item, index) => text(item, [...path, index]))
}

function textMap(value: unknown, path: FieldPath): ReadonlyMap<string, string> {
  const entries = Object.entries(record(value, path))
  if (entries.length === 0) return NO_LABELS
  return new Map(entries.map(([key, item]) => [key, text(item, [...path, key])]))
}
