import type { Message } from '../../../messages/index.ts'

/** What authorization was set up with cannot be used: a file or a flag, before any request is decided. */
export class AuthorizationSetupError extends Error {
  readonly code: string
  readonly detail: Message

  constructor(code: string, detail: Message, options?: ErrorOptions) {
    super(code, options)
    this.name = 'AuthorizationSetupError'
    this.code = code
    this.detail = detail
  }
}
