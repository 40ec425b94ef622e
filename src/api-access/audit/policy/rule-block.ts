import { type AuditedRequest, coversResource } from './match.ts'
import { PathIndex } from './path-index.ts'
import type { PolicyRule } from './policy.ts'
import { ResourceIndex } from './resource-index.ts'

/** Rules of a block: one bit each of a 32-bit integer, the first rule's the lowest. */
export const BLOCK_SIZE = 32

/** For each value that some rule names, the rules that admit it; all others are admitted by `others`. */
interface ValueIndex {
  readonly byValue: ReadonlyMap<string, number>
  readonly others: number
}

/**
 * Up to 32 consecutive rules of a policy, turned inside out: each field of a request selects a set of rules (a bit
 * mask), and the first rule in all the sets is the one that matches. Fields that no remaining rule asks about are not
 * looked up.
 */
export class RuleBlock {
  readonly #rules: readonly PolicyRule[]
  readonly #resources: ResourceIndex
  readonly #paths: PathIndex
  readonly #verbs: ValueIndex
  readonly #namespaces: ValueIndex
  readonly #users: ValueIndex
  readonly #groups: ValueIndex
  /** Rules that ask about namespaces, users or groups. */
  readonly #withNamespaces: number
  readonly #withUsers: number
  readonly #withGroups: number
  readonly #demanding: number

  constructor(rules: readonly PolicyRule[]) {
    this.#rules = rules
    this.#resources = new ResourceIndex(rules)
    this.#paths = new PathIndex(rules)
    this.#verbs = indexValues(rules, ({ verbs }) => verbs)
    this.#namespaces = indexValues(rules, ({ namespaces }) => namespaces)
    this.#users = indexValues(rules, ({ users }) => users)
    this.#groups = indexValues(rules, ({ userGroups }) => userGroups)
    this.#withNamespaces = ~this.#namespaces.others
    this.#withUsers = ~this.#users.others
    this.#withGroups = ~this.#groups.others
    this.#demanding = this.#withNamespaces | this.#withUsers | this.#withGroups | this.#resources.withNames
  }

  /** @returns the index in the block of the first rule that matches; -1 for none */
  firstMatch(request: AuditedRequest): number {
    let candidates = request.resourceRequest
      ? this.#resources.lookUp(request)
      : this.#paths.lookUp(request.path)
    candidates &= this.#verbs.byValue.get(request.verb) ?? this.#verbs.others

    // Rules after the first that asks nothing more cannot be reached.
    const certain = candidates & ~this.#demanding
    if (certain !== 0) {
      const first = certain & -certain
      candidates &= first | (first - 1)
      if (candidates === first) return indexOf(first)
    }
    if ((candidates & this.#withNamespaces) !== 0)
      candidates &= this.#namespaces.byValue.get(request.namespace) ?? this.#namespaces.others
    if ((candidates & (this.#withUsers | this.#withGroups)) !== 0)
      candidates &= this.#ofUser(request, candidates)
    return this.#firstNamed(request, candidates)
  }

  #ofUser({ user }: AuditedRequest, candidates: number): number {
    if (user === undefined) return this.#users.others & this.#groups.others
    let admitted = -1
    if ((candidates & this.#withUsers) !== 0)
      admitted = this.#users.byValue.get(user.name) ?? this.#users.others
    if ((candidates & admitted & this.#withGroups) === 0) return admitted
    let byGroup = this.#groups.others
    for (const group of user.groups) byGroup |= this.#groups.byValue.get(group) ?? 0
    return admitted & byGroup
  }

  /** The first candidate, where rules that ask for the name of the object are tried one by one. */
  #firstNamed(request: AuditedRequest, candidates: number): number {
    for (let rest = candidates; rest !== 0; rest &= rest - 1) {
      const index = indexOf(rest & -rest)
      if ((this.#resources.withNames & (1 << index)) === 0) return index
      if ((this.#rules[index] as PolicyRule).resources.some((entry) => coversResource(entry, request)))
        return index
    }
    return -1
  }
}

/** @param valuesOf - the values that a rule names; a rule that names none admits all */
function indexValues(
  rules: readonly PolicyRule[],
  valuesOf: (rule: PolicyRule) => readonly string[],
): ValueIndex {
  const byValue = new Map<string, number>()
  let others = 0
  rules.forEach((rule, index) => {
    if (valuesOf(rule).length === 0) others |= 1 << index
  })
  rules.forEach((rule, index) => {
    for (const value of valuesOf(rule)) byValue.set(value, (byValue.get(value) ?? others) | (1 << index))
  })
  return { byValue, others }
}

/** The index of the only bit that is set. */
function indexOf(bit: number): number {
  return 31 - Math.clz32(bit)
}
