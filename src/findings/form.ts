/**
 * Stands for all that a finding says but the data of its messages: check, severity, ids of the messages, field path,
 * patch. One object for all findings that have it in common, told apart by which object it is: a manifest names its
 * containers as it likes, yet most of what is said of them is said of thousands in the same form. What reports make of
 * it is kept by it.
 */
export type FindingForm = object

/** Findings of one form with the same data, of list items with the same names: what was made of one is right for all. */
export interface FindingContent {
  /** See `fingerprint.ts`. */
  half?: string
}

/** Forms, or contents, of which something is kept before starting afresh: bounds memory where all differ. */
export const MAX_KEPT = 20_000
