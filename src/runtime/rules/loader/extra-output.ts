import type { RuleDefinition } from './definitions.ts'

/** Which rules something is for; what is left out restricts nothing. */
export interface RuleScope {
  readonly source?: string
  /** A rule must have all of them. */
  readonly tags?: readonly string[]
  readonly rule?: string
}

/** Falco's `append_output`: what is added to every alert of some rules. */
export interface ExtraOutput extends RuleScope {
  /** Put behind the rule's own output. */
  readonly format?: string
  /** Added to `output_fields`: a template, or (raw) the name of one field. */
  readonly fields?: readonly { readonly name: string; readonly format: string; readonly isRaw?: boolean }[]
}

export function isInScope({ source, tags = [], rule }: RuleScope, definition: RuleDefinition): boolean {
  if (source !== undefined && source !== '' && definition.source !== source) return false
  if (rule !== undefined && rule !== '' && definition.name !== rule) return false
  return tags.every((tag) => definition.tags.includes(tag))
}
