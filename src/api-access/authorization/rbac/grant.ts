import type { Decision } from '../../request/index.ts'
import { rbacMessages } from './messages.ts'
import type { Binding } from './objects.ts'
import type { RoleEntry } from './role-entry.ts'

/** A binding with what it grants to each of its subjects. */
export interface BindingEntry {
  readonly binding: Binding
  /** Place among all bindings; it is kept when the binding changes. */
  readonly order: number
  readonly role: RoleEntry
  /** One a subject, in the subjects' order. */
  readonly grants: readonly Grant[]
}

/** More subjects fit in no object that the API server takes. */
const SUBJECTS_OF_A_BINDING = 2 ** 21

/** The role of one binding, granted to one of its subjects. */
export class Grant {
  /** Kubernetes visits bindings in order, and tells the first subject that applies: the lowest rank is told. */
  readonly rank: number
  readonly binding: Binding
  readonly entry: RoleEntry
  readonly #subject: number
  #decision: Decision | undefined

  constructor(binding: Binding, order: number, subject: number, entry: RoleEntry) {
    this.rank = order * SUBJECTS_OF_A_BINDING + subject
    this.binding = binding
    this.entry = entry
    this.#subject = subject
  }

  get decision(): Decision {
    if (this.#decision === undefined) {
      const { kind, namespace, name, roleRef, subjects } = this.binding
      const subject = subjects[this.#subject]
      if (subject === undefined) throw new Error(`binding ${name} has no subject ${this.#subject}`)
      const reason = rbacMessages.make.allowed({ binding: { kind, namespace, name, roleRef }, subject })
      this.#decision = { verdict: 'allow', reason }
    }
    return this.#decision
  }
}
