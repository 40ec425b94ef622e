import type { PolicyRule, Role, RoleSelector } from './objects.ts'

/**
 * Fills aggregated ClusterRoles with the rules of those that their selectors choose, as the controller of a cluster
 * does: "The control plane overwrites any values that you manually specify in the rules field of an aggregate
 * ClusterRole" (Kubernetes documentation, "Using RBAC Authorization", "Aggregated ClusterRoles"). Aggregated roles may
 * be aggregated in turn, as `view` into `edit` into `admin`. Of two that aggregate each other both end with the rules
 * of both.
 *
 * @param roles - all ClusterRoles, or all roles of any kind
 * @returns the same roles, in the same order; one with a malformed selector keeps the rules that stand in it
 */
export function aggregateClusterRoles(roles: readonly Role[]): Role[] {
  const clusterRoles = roles.filter(({ kind }) => kind === 'ClusterRole').toSorted(byName)
  const rulesOf = new Map<Role, readonly PolicyRule[]>(roles.map((role) => [role, role.rules]))
  const chosen = new Map<Role, readonly Role[]>()
  for (const role of clusterRoles) {
    if (role.aggregates === undefined || !role.aggregates.every(isWellFormed)) continue
    rulesOf.set(role, [])
    const { aggregates, name } = role
    chosen.set(
      role,
      aggregates.flatMap((selector) =>
        clusterRoles.filter((other) => other.name !== name && selects(selector, other.labels)),
      ),
    )
  }
  for (let changed = true; changed; ) {
    changed = false
    for (const [role, others] of chosen) {
      const rules = distinct(others.flatMap((other) => rulesOf.get(other) ?? []))
      if (rules.length === rulesOf.get(role)?.length) continue
      rulesOf.set(role, rules)
      changed = true
    }
  }
  return roles.map((role) => (chosen.has(role) ? { ...role, rules: rulesOf.get(role) ?? [] } : role))
}

/** "The requirements are ANDed"; an empty selector chooses all. */
function selects(
  { matchLabels, matchExpressions }: RoleSelector,
  labels: ReadonlyMap<string, string>,
): boolean {
  for (const [key, value] of matchLabels) if (labels.get(key) !== value) return false
  return matchExpressions.every(({ key, operator, values }) => {
    const value = labels.get(key)
    if (operator === 'Exists') return value !== undefined
    if (operator === 'DoesNotExist') return value === undefined
    const listed = value !== undefined && values.includes(value)
    return operator === 'In' ? listed : !listed
  })
}

function isWellFormed({ matchExpressions }: RoleSelector): boolean {
  return matchExpressions.every(({ operator, values }) => {
    if (operator === 'In' || operator === 'NotIn') return values.length > 0
    return (operator === 'Exists' || operator === 'DoesNotExist') && values.length === 0
  })
}

function distinct(rules: readonly PolicyRule[]): PolicyRule[] {
  return [...new Map(rules.map((rule) => [ruleKey(rule), rule])).values()]
}

/** The same text for rules that are equal field by field. */
function ruleKey({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs])
}

/** In the order of bytes, as Go compares strings; names are ASCII. */
function byName(a: Role, b: Role): number {
  if (a.name === b.name) return 0
  return a.name < b.name ? -1 : 1
}
