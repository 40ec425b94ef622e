import type { X509Certificate } from 'node:crypto'
import type { User } from '../request/index.ts'

/** What a client presents of itself. Nothing in it is trusted as identity before an authenticator has looked at it. */
export interface Presented {
  /** Names in lower case; several values of one header as an array. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The certificates that the client sent in the TLS handshake, its own first; not verified yet. */
  readonly certificates: readonly X509Certificate[]
  /** The peer's address, e.g. `192.0.2.7`. */
  readonly address: string
  /** What a token must be good for, where it is not the server itself that asks: in a TokenReview. */
  readonly audiences?: readonly string[]
}

/** Who it is, and how that became known. */
export interface Authenticated {
  readonly user: User
  /** The authenticator that vouches for it, e.g. `client-certificate`; a label of the metrics. */
  readonly authenticator: string
  /** The audiences that the credential is good for; absent where it is not bound to any. */
  readonly audiences?: readonly string[]
}

/**
 * One way to authenticate. They are tried in order until one succeeds (Kubernetes documentation, "Authenticating":
 * "the first module to successfully authenticate the request short-circuits evaluation").
 */
export interface Authenticator {
  readonly name: string
  /**
   * @returns undefined where the client presented nothing of this kind
   * @throws AuthenticationError where it did, and it is not good: the next authenticator is tried all the same
   */
  authenticate(presented: Presented): Promise<Authenticated | undefined>
}
