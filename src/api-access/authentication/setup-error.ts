import type { Message } from '../../messages/index.ts'

/** A file or a setting of authentication is not usable. Nothing of a secret is in it. */
export class AuthenticationSetupError extends Error {
  readonly code: string
  readonly detail: Message

  constructor(code: string, detail: Message, options?: ErrorOptions) {
    super(code, options)
    this.name = 'AuthenticationSetupError'
    this.code = code
    this.detail = detail
  }
}
