import type { RequestAttributes, User } from '../../request/index.ts'
import { type BindingEntry, Grant } from './grant.ts'
import type { Binding, PolicyRule, Role, RoleRef } from './objects.ts'
import { missingRoleText, RoleEntry } from './role-entry.ts'
import { RulePool } from './rule-pool.ts'
import { NO_ERRORS, Scope } from './scope.ts'
import type { SubjectGrants } from './subject-grants.ts'

/** All rule indexes together hold no more entries than this, but for one that alone is larger. */
const INDEX_ENTRIES = 4_000_000

/**
 * The roles and bindings of a cluster, indexed by subject and by what the rules say. Everything that is asked is
 * answered in the order in which Kubernetes visits bindings: ClusterRoleBindings first, then the RoleBindings of the
 * request's namespace, each in the order in which they came.
 */
export class RbacIndex {
  readonly #roles = new Map<string, RoleEntry>()
  readonly #bindings = new Map<string, BindingEntry>()
  readonly #budget = new Budget()
  readonly #cluster = new Scope('', this.#budget)
  readonly #namespaces = new Map<string, Scope>()
  readonly #pool = new RulePool()
  #order = 0

  putRole(role: Role): void {
    const rules = role.rules.map((rule) => this.#pool.rule(rule))
    this.#setRole(roleKey(role.kind, role.namespace, role.name), { ...role, rules })
  }

  removeRole({ kind, namespace, name }: Pick<Role, 'kind' | 'namespace' | 'name'>): void {
    const key = roleKey(kind, namespace, name)
    if (this.#roles.has(key)) this.#setRole(key, undefined)
  }

  /** A binding that is known keeps its place. */
  putBinding(binding: Binding): void {
    const key = bindingKey(binding)
    const known = this.#bindings.get(key)
    if (known !== undefined) this.#withdraw(known)
    const order = known?.order ?? this.#order++
    const role = this.#entryOf(binding.roleRef, binding.namespace)
    const grants = binding.subjects.map((_, index) => new Grant(binding, order, index, role))
    const entry: BindingEntry = { binding, order, role, grants }
    this.#bindings.set(key, entry)
    role.bindings.add(entry)
    const scope = this.#scopeFor(binding)
    binding.subjects.forEach((subject, index) => {
      scope.add(subject, grants[index] as Grant)
    })
  }

  removeBinding(binding: Pick<Binding, 'kind' | 'namespace' | 'name'>): void {
    const key = bindingKey(binding)
    const known = this.#bindings.get(key)
    if (known === undefined) return
    this.#withdraw(known)
    this.#bindings.delete(key)
  }

  /** The first grant that allows a request. */
  first(attributes: RequestAttributes): Grant | undefined {
    const found = this.#cluster.first(attributes)
    if (found !== undefined || attributes.namespace === '') return found
    return this.#namespaces.get(attributes.namespace)?.first(attributes)
  }

  /** What keeps the roles of bindings that apply to a user from being found, in the order of visiting. */
  errorsFor(user: User, namespace: string): readonly string[] {
    const ofCluster = this.#cluster.errorsFor(user)
    const scope = namespace === '' ? undefined : this.#namespaces.get(namespace)
    const ofNamespace = scope?.errorsFor(user) ?? NO_ERRORS
    return ofNamespace.length === 0 ? ofCluster : [...ofCluster, ...ofNamespace]
  }

  /** The bindings that apply to a user, in the order of visiting; each once, with the first subject that applies. */
  grantsFor(user: User, namespace: string): readonly Grant[] {
    return this.#scopes(namespace).flatMap((scope) => {
      const byBinding = new Map<Binding, Grant>()
      const grants = [...scope.of(user)].flatMap((each) => [...each.all()])
      for (const grant of grants.toSorted((a, b) => a.rank - b.rank))
        if (!byBinding.has(grant.binding)) byBinding.set(grant.binding, grant)
      return [...byBinding.values()]
    })
  }

  /** The bindings that are visited for a request in a namespace, in that order, with their roles. */
  *visited(namespace: string): Generator<BindingEntry> {
    const entries = [...this.#bindings.values()].toSorted((a, b) => a.order - b.order)
    for (const entry of entries) if (entry.binding.kind === 'ClusterRoleBinding') yield entry
    if (namespace === '') return
    for (const entry of entries)
      if (entry.binding.kind === 'RoleBinding' && entry.binding.namespace === namespace) yield entry
  }

  /**
   * The rules that a binding's reference stands for.
   *
   * @param namespace - the binding's; `''` for a ClusterRoleBinding
   */
  resolve(
    ref: RoleRef,
    namespace: string,
  ): { readonly rules: readonly PolicyRule[] } | { readonly missing: string } {
    const entry = this.#roles.get(refKey(ref, namespace))
    if (entry?.role === undefined) return { missing: missingRoleText(ref.kind, ref.name) }
    return { rules: entry.rules }
  }

  #scopes(namespace: string): Scope[] {
    const scope = namespace === '' ? undefined : this.#namespaces.get(namespace)
    return scope === undefined ? [this.#cluster] : [this.#cluster, scope]
  }

  #setRole(key: string, role: Role | undefined): void {
    const entry = this.#roles.get(key)
    if (entry === undefined) {
      if (role === undefined) return
      const added = new RoleEntry(missingRoleText(role.kind, role.name))
      added.role = role
      this.#roles.set(key, added)
      return
    }
    const before = entry.rules
    entry.role = role
    for (const { binding, grants } of entry.bindings) {
      const scope = this.#scopeFor(binding)
      binding.subjects.forEach((subject, index) => {
        scope.holding(subject)?.roleChanged(grants[index] as Grant, before)
      })
    }
    this.#forgetUnused(key, entry)
  }

  #withdraw(entry: BindingEntry): void {
    const { binding, grants, role } = entry
    const scope = this.#scopeFor(binding)
    binding.subjects.forEach((subject, index) => {
      scope.remove(subject, grants[index] as Grant)
    })
    if (binding.kind === 'RoleBinding' && scope.isEmpty) this.#namespaces.delete(binding.namespace)
    role.bindings.delete(entry)
    this.#forgetUnused(refKey(binding.roleRef, binding.namespace), role)
  }

  #forgetUnused(key: string, entry: RoleEntry): void {
    if (entry.role === undefined && entry.bindings.size === 0) this.#roles.delete(key)
  }

  #entryOf(ref: RoleRef, namespace: string): RoleEntry {
    const key = refKey(ref, namespace)
    let entry = this.#roles.get(key)
    if (entry === undefined) {
      entry = new RoleEntry(missingRoleText(ref.kind, ref.name))
      this.#roles.set(key, entry)
    }
    return entry
  }

  #scopeFor({ kind, namespace }: Binding): Scope {
    if (kind === 'ClusterRoleBinding') return this.#cluster
    let scope = this.#namespaces.get(namespace)
    if (scope === undefined) {
      scope = new Scope(namespace, this.#budget)
      this.#namespaces.set(namespace, scope)
    }
    return scope
  }
}

/** Keeps all indexes together within bounds: those that were made first go first, and are made again when asked. */
class Budget {
  readonly #owners = new Map<SubjectGrants, number>()
  #entries = 0

  made(owner: SubjectGrants, entries: number): void {
    this.#entries += entries - (this.#owners.get(owner) ?? 0)
    this.#owners.delete(owner)
    this.#owners.set(owner, entries)
    for (const [other, held] of this.#owners) {
      if (this.#entries <= INDEX_ENTRIES || other === owner) break
      other.dropIndex()
      this.#owners.delete(other)
      this.#entries -= held
    }
  }
}

/** Names hold no slash where the API server has let them in, and a NUL is in none. */
function roleKey(kind: string, namespace: string, name: string): string {
  return `${kind}\0${namespace}\0${name}`
}

function refKey({ kind, name }: RoleRef, namespace: string): string {
  return roleKey(kind, kind === 'ClusterRole' ? '' : namespace, name)
}

function bindingKey({ kind, namespace, name }: Pick<Binding, 'kind' | 'namespace' | 'name'>): string {
  return roleKey(kind, namespace, name)
}
