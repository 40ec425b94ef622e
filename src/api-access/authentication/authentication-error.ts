import type { Message } from '../../messages/index.ts'

/** A credential was presented, and it is not good. The client is told 401 and no more; `detail` is for the log. */
export class AuthenticationError extends Error {
  readonly code: string
  readonly detail: Message

  constructor(code: string, detail: Message, options?: ErrorOptions) {
    super(code, options)
    this.name = 'AuthenticationError'
    this.code = code
    this.detail = detail
  }
}
