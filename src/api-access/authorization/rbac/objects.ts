import type { FieldPath, GroupResource } from '../../../kubernetes/index.ts'

export const RBAC_GROUP = 'rbac.authorization.k8s.io'

/** The kinds of the group, and the resource that each is served as. */
export const RBAC_RESOURCES = {
  Role: 'roles',
  ClusterRole: 'clusterroles',
  RoleBinding: 'rolebindings',
  ClusterRoleBinding: 'clusterrolebindings',
} as const

/** The types of these objects, as views know them. */
export const RBAC_TYPES: readonly GroupResource[] = Object.values(RBAC_RESOURCES).map((resource) => ({
  group: RBAC_GROUP,
  resource,
}))

export type RbacKind = keyof typeof RBAC_RESOURCES

/** "PolicyRule holds information that describes a policy rule"; a list that is not given is empty. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

/** A label selector of an aggregation rule. */
export interface RoleSelector {
  readonly matchLabels: ReadonlyMap<string, string>
  readonly matchExpressions: readonly {
    readonly key: string
    readonly operator: string
    readonly values: readonly string[]
  }[]
}

/** A Role, or a ClusterRole, whose namespace is empty. */
export interface Role {
  readonly kind: 'Role' | 'ClusterRole'
  readonly namespace: string
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  readonly rules: readonly PolicyRule[]
  /** Absent where the rules are the role's own. */
  readonly aggregates?: readonly RoleSelector[]
}

export interface RoleRef {
  readonly apiGroup: string
  readonly kind: string
  readonly name: string
}

export interface Subject {
  readonly kind: string
  readonly apiGroup: string
  readonly name: string
  /** Of a service account; empty: the binding's. */
  readonly namespace: string
}

/** A RoleBinding, or a ClusterRoleBinding, whose namespace is empty. */
export interface Binding {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding'
  readonly namespace: string
  readonly name: string
  readonly roleRef: RoleRef
  readonly subjects: readonly Subject[]
}

/** A field whose value is not of the type that the API gives it, e.g. at `rules[0].verbs`. */
export interface MistypedRbacField {
  readonly path: FieldPath
  readonly expected: 'string' | 'object' | 'list'
}
