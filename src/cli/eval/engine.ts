import type { Message } from '../../messages/index.ts'
import type { Line } from './lines.ts'

/** One engine behind `haetae eval`: what its lines look like, and what it makes of one. */
export interface Engine<Request = never> {
  /** JSON Schema (draft-07) of a request line; unknown keys are refused. */
  readonly request: object
  /** JSON Schema (draft-07) of an answer line. */
  readonly answer: object
  /**
   * @param request - a line that fits the schema
   * @returns the answer
   * @throws RequestError for a request that can't be evaluated though its shape is right
   */
  evaluate(request: Request): unknown
  /** Told of a line that was answered with an error, for engines that go on with something of the line before. */
  passOver?(line: Line): void
}

/** A request whose shape is right but whose content cannot be evaluated; answered with `{"error": …}`. */
export class RequestError extends Error {
  readonly code: string
  readonly detail: Message

  constructor(code: string, detail: Message) {
    super(code)
    this.name = 'RequestError'
    this.code = code
    this.detail = detail
  }
}
