/** The expression is no CEL, though its grammar is. */
export class SyntaxFault extends Error {
  /** Offset in the source. */
  readonly at: number

  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}
