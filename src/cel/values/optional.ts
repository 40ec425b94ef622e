import type { Value } from './value.ts'

/** A value that may be absent: what `a.?b` gives. */
export class Optional {
  /** undefined where there is none. */
  readonly value: Value | undefined

  constructor(value: Value | undefined) {
    this.value = value
  }
}

export const NO_VALUE = new Optional(undefined)
