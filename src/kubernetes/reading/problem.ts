import type { Message } from '../../messages/index.ts'

/** An input, or a part of one, that could not be evaluated; everything beside it still is. */
export interface InputProblem {
  /** Stable, e.g. `ERR_YAML_SYNTAX`. */
  readonly code: string
  readonly file: string
  /** 1-based; absent where the whole file is meant. */
  readonly line?: number
  readonly column?: number
  readonly message: Message
}
