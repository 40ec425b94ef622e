import type { Message } from '../../messages/index.ts'

/**
 * What an authorizer says. `deny` ends the chain, `no-opinion` leaves the decision to the next authorizer
 * (Kubernetes documentation, "Authorization", "Determine whether a request is allowed or denied").
 */
export interface Decision {
  readonly verdict: 'allow' | 'deny' | 'no-opinion'
  readonly reason: Message
  /** The authorizer of a chain whose opinion it is; absent where none had one. */
  readonly by?: string
  /** Whether it is so because an authorizer could not tell. */
  readonly hasErred?: boolean
}
