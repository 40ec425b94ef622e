import type { FieldCatalogue, ResolvedField } from '../fields/index.ts'

/** A field as an event carries it, before conversion to its type. Null and the empty list are no value. */
export type RawScalar = string | number | bigint | boolean
export type RawValue = RawScalar | readonly RawScalar[] | null | undefined

/** Where the values of fields come from: which fields there are, and how each is read off an event of type E. */
export interface EventSource<E> {
  readonly catalogue: FieldCatalogue
  /**
   * Makes what reads a field; all that depends on the field alone is done here, once. For a field that compares several
   * values (`several`) and has no argument, the reader answers all of them as an array.
   */
  reader(field: ResolvedField): (event: E) => RawValue
  /** Makes what reads a field for an output, where that is another value than conditions compare. */
  outputReader?(field: ResolvedField): (event: E) => RawValue
}
