/** A part of an expression that could never give a value: `int('one')`. */
export class PlanFault extends Error {
  /** Offset in the source. */
  readonly at: number

  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}
