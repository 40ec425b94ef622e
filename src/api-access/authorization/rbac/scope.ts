import type { RequestAttributes, User } from '../../request/index.ts'
import type { Grant } from './grant.ts'
import type { Subject } from './objects.ts'
import { type IndexBudget, SubjectGrants } from './subject-grants.ts'
import { holderOf } from './subjects.ts'

export const NO_ERRORS: readonly string[] = []

/** The grants of one scope by whom they are to: of all ClusterRoleBindings, or of a namespace's RoleBindings. */
export class Scope {
  /** The bindings' namespace; `''` for the cluster. */
  readonly #namespace: string
  readonly #budget: IndexBudget
  readonly #byHolder = {
    user: new Map<string, SubjectGrants>(),
    group: new Map<string, SubjectGrants>(),
  }

  constructor(namespace: string, budget: IndexBudget) {
    this.#namespace = namespace
    this.#budget = budget
  }

  get isEmpty(): boolean {
    return this.#byHolder.user.size === 0 && this.#byHolder.group.size === 0
  }

  /** @returns the first grant in the order of visiting that allows the request */
  first(attributes: RequestAttributes): Grant | undefined {
    const { user, group: byGroup } = this.#byHolder
    let best = user.get(attributes.user.name)?.first(attributes)
    for (const group of attributes.user.groups) {
      const found = byGroup.get(group)?.first(attributes)
      if (found !== undefined && (best === undefined || found.rank < best.rank)) best = found
    }
    return best
  }

  /** What is granted to a user: to them, and to each of their groups. */
  *of({ name, groups }: User): Generator<SubjectGrants> {
    const own = this.#byHolder.user.get(name)
    if (own !== undefined) yield own
    for (const group of new Set(groups)) {
      const grants = this.#byHolder.group.get(group)
      if (grants !== undefined) yield grants
    }
  }

  /** What keeps roles that are bound to a user from being found, in the order of visiting. */
  errorsFor(user: User): readonly string[] {
    // Nearly always there is nothing, and it is asked for every request that is not allowed.
    let dangling: Grant[] | undefined
    const own = this.#byHolder.user.get(user.name)
    if (own?.hasDangling) dangling = [...own.dangling]
    for (const group of user.groups) {
      const grants = this.#byHolder.group.get(group)
      if (grants?.hasDangling) dangling = [...(dangling ?? []), ...grants.dangling]
    }
    if (dangling === undefined) return NO_ERRORS
    return dangling.toSorted((a, b) => a.rank - b.rank).map(({ entry }) => entry.missing)
  }

  add(subject: Subject, grant: Grant): void {
    const holder = holderOf(subject, this.#namespace)
    if (holder === undefined) return
    const byName = this.#byHolder[holder.as]
    let grants = byName.get(holder.name)
    if (grants === undefined) {
      grants = new SubjectGrants(this.#budget)
      byName.set(holder.name, grants)
    }
    grants.add(grant)
  }

  remove(subject: Subject, grant: Grant): void {
    const holder = holderOf(subject, this.#namespace)
    if (holder === undefined) return
    const byName = this.#byHolder[holder.as]
    const grants = byName.get(holder.name)
    grants?.remove(grant)
    if (grants?.isEmpty) byName.delete(holder.name)
  }

  /** What holds the grants of one subject of a binding. */
  holding(subject: Subject): SubjectGrants | undefined {
    const holder = holderOf(subject, this.#namespace)
    return holder && this.#byHolder[holder.as].get(holder.name)
  }
}
