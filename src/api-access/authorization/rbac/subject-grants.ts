import type { RequestAttributes } from '../../request/index.ts'
import type { Grant } from './grant.ts'
import type { PolicyRule } from './objects.ts'
import { insertByRank, removeByRank } from './ranked-list.ts'
import type { RoleEntry } from './role-entry.ts'
import { RuleIndex } from './rule-index.ts'

/** Up to so many different roles are looked through one by one; more get an index of their rules. */
const ROLES_WITHOUT_INDEX = 8

/** Counts the entries of all rule indexes, so that those asked least recently give way when they are too many. */
export interface IndexBudget {
  /** Tells of an index that was made; `drop` forgets it. */
  made(owner: SubjectGrants, entries: number): void
}

/**
 * What is granted to one subject in one scope: cluster-wide, or in a namespace. Of the bindings that grant the same
 * role only the first can be the one that is told, so that only it is asked.
 */
export class SubjectGrants {
  readonly #budget: IndexBudget
  /** The only grant, as most have it: the one field that a decision then looks at. */
  #only: Grant | undefined
  readonly #byRole = new Map<RoleEntry, Grant[]>()
  /** The first grant of each role, in the order of visiting. */
  readonly #firsts: Grant[] = []
  /** Nearly always there is none. */
  #dangling: Set<Grant> | undefined
  #index: RuleIndex<Grant> | undefined

  constructor(budget: IndexBudget) {
    this.#budget = budget
  }

  get isEmpty(): boolean {
    return this.#byRole.size === 0
  }

  /** Of every binding, in no order. */
  *all(): Generator<Grant> {
    for (const grants of this.#byRole.values()) yield* grants
  }

  get hasDangling(): boolean {
    return this.#dangling !== undefined
  }

  /** First grants of roles that do not exist, in no order. */
  get dangling(): Iterable<Grant> {
    return this.#dangling ?? []
  }

  /** @returns the grant of the lowest rank that allows the request */
  first(attributes: RequestAttributes): Grant | undefined {
    const only = this.#only
    if (only !== undefined) return only.entry.allows(attributes) ? only : undefined
    if (this.#firsts.length > ROLES_WITHOUT_INDEX) return this.#indexed().first(attributes)
    for (const grant of this.#firsts) if (grant.entry.allows(attributes)) return grant
    return undefined
  }

  add(grant: Grant): void {
    const grants = this.#byRole.get(grant.entry)
    if (grants === undefined) {
      this.#byRole.set(grant.entry, [grant])
      this.#enter(grant)
      return
    }
    const [first] = grants
    insertByRank(grants, grant)
    if (grants[0] === first) return
    if (first !== undefined) this.#withdraw(first)
    this.#enter(grant)
  }

  remove(grant: Grant): void {
    const grants = this.#byRole.get(grant.entry)
    if (grants === undefined) return
    const wasFirst = grants[0] === grant
    removeByRank(grants, grant)
    if (wasFirst) this.#withdraw(grant)
    const [next] = grants
    if (next === undefined) this.#byRole.delete(grant.entry)
    else if (wasFirst) this.#enter(next)
  }

  /** @param before - the rules that were; the grant's entry holds those that are now */
  roleChanged(grant: Grant, before: readonly PolicyRule[]): void {
    if (this.#byRole.get(grant.entry)?.[0] !== grant) return
    this.#unindex(grant, before)
    this.#index?.add(grant, grant.entry.rules)
    this.#noteDangling(grant, grant.entry.role === undefined)
  }

  dropIndex(): void {
    this.#index = undefined
  }

  #enter(grant: Grant): void {
    insertByRank(this.#firsts, grant)
    this.#only = this.#firsts.length === 1 ? grant : undefined
    this.#index?.add(grant, grant.entry.rules)
    this.#noteDangling(grant, grant.entry.role === undefined)
  }

  #withdraw(grant: Grant): void {
    removeByRank(this.#firsts, grant)
    this.#only = this.#firsts.length === 1 ? this.#firsts[0] : undefined
    this.#unindex(grant, grant.entry.rules)
    this.#noteDangling(grant, false)
  }

  #noteDangling(grant: Grant, is: boolean): void {
    if (is) {
      this.#dangling ??= new Set()
      this.#dangling.add(grant)
    } else if (this.#dangling?.delete(grant) && this.#dangling.size === 0) this.#dangling = undefined
  }

  #unindex(grant: Grant, rules: readonly PolicyRule[]): void {
    this.#index?.remove(grant, rules)
    if (this.#index?.isWorn) this.#index = undefined
  }

  #indexed(): RuleIndex<Grant> {
    if (this.#index !== undefined) return this.#index
    const index = new RuleIndex<Grant>()
    for (const grant of this.#firsts) index.add(grant, grant.entry.rules)
    this.#index = index
    this.#budget.made(this, index.size)
    return index
  }
}
