import { goQuote } from '../../../kubernetes/index.ts'
import type { RequestAttributes } from '../../request/index.ts'
import type { BindingEntry } from './grant.ts'
import { type PolicyRule, RBAC_GROUP, type Role } from './objects.ts'
import type { Ranked } from './ranked-list.ts'
import { RuleIndex } from './rule-index.ts'
import { ruleAllows } from './rule-match.ts'

/** Up to so many rules are tried one by one. */
const RULES_WITHOUT_INDEX = 12

const THIS_ROLE: Ranked = { rank: 0 }

const NO_RULES: readonly PolicyRule[] = []

/** A role that something refers to; it need not exist. */
export class RoleEntry {
  /** What the API server says of a reference that leads nowhere. */
  readonly missing: string
  readonly bindings = new Set<BindingEntry>()
  #role: Role | undefined
  #rules = NO_RULES
  #index: RuleIndex<Ranked> | undefined

  constructor(missing: string) {
    this.missing = missing
  }

  /** Undefined where there is no such role. */
  get role(): Role | undefined {
    return this.#role
  }

  set role(role: Role | undefined) {
    this.#role = role
    this.#rules = role?.rules ?? NO_RULES
    this.#index = undefined
  }

  get rules(): readonly PolicyRule[] {
    return this.#rules
  }

  allows(attributes: RequestAttributes): boolean {
    const rules = this.#rules
    if (rules.length > RULES_WITHOUT_INDEX) return this.#indexed(rules).first(attributes) !== undefined
    for (const rule of rules) if (ruleAllows(rule, attributes)) return true
    return false
  }

  #indexed(rules: readonly PolicyRule[]): RuleIndex<Ranked> {
    if (this.#index === undefined) {
      this.#index = new RuleIndex()
      this.#index.add(THIS_ROLE, rules)
    }
    return this.#index
  }
}

/** The words of the API server's cache for a role that is not there. */
export function missingRoleText(kind: string, name: string): string {
  if (kind !== 'Role' && kind !== 'ClusterRole') return `unsupported role reference kind: ${goQuote(kind)}`
  return `${kind.toLowerCase()}.${RBAC_GROUP} ${goQuote(name)} not found`
}
