import type { FieldPath } from '../kubernetes/index.ts'
import type { Message } from '../messages/index.ts'
import type { FindingContent, FindingForm } from './form.ts'

/** From the gravest down. The order is the one used for thresholds and sorting. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const
export type Severity = (typeof SEVERITIES)[number]

/** The object that a finding is about. */
export interface ResourceReference {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** Where in the user's files: 1-based line and column, and the field path. */
export interface Location {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: FieldPath
}

/** One step of a JSON Patch (RFC 6902), its path as field path instead of JSON Pointer. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: FieldPath; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: FieldPath }
  | { readonly op: 'move'; readonly from: FieldPath; readonly path: FieldPath }

/**
 * What would mend a finding, as a patch on the object.
 * `safe`: the patched workload is certain to be accepted and to behave as before, so `--fix` may apply it.
 */
export interface Remediation {
  readonly message?: Message
  readonly patch: readonly PatchOperation[]
  readonly safe: boolean
}

/** A check's statement about one place of one object. */
export interface Finding {
  readonly check: string
  readonly severity: Severity
  readonly resource: ResourceReference
  readonly location: Location
  readonly message: Message
  readonly remediation?: Remediation | undefined
  /** The place holds a secret in plain text: no report may quote the source around it. */
  readonly holdsSecret?: boolean | undefined
  /** URLs of the documentation that the finding rests on. */
  readonly references: readonly string[]
  /** One and the same for all findings that differ in nothing but place and data (see `form.ts`); absent where it has none of its like. */
  readonly form?: FindingForm | undefined
  /** One and the same for all findings of a form that say the same of list items with the same names. */
  readonly content?: FindingContent | undefined
}
