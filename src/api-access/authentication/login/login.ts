import type { X509Certificate } from 'node:crypto'
import type { User } from '../../request/index.ts'
import { AuthenticationError } from '../authentication-error.ts'
import type { Authenticated } from '../authenticator.ts'
import type { Authority } from '../authority/authority.ts'
import { type Attempts, countAttempts } from '../local-users/attempts.ts'
import { stepOfCode } from '../local-users/one-time-code.ts'
import { isPassword } from '../local-users/password.ts'
import type { LocalUser } from '../local-users/user-file.ts'
import { loggedInAt, sessionMark } from './session-mark.ts'

/** Who wants to enter, with what. */
export interface LoginRequest {
  readonly name: string
  readonly password: string
  /** Of the authenticator app; empty for a user that has none. */
  readonly code: string
  /** PKCS #10 in PEM form: the private key stays with the client. */
  readonly certificateRequest: string
  readonly address: string
}

/** `of`: the user who was meant, where there is one of that name; what is no name may be a password in the wrong place. */
export type LoginAnswer =
  | {
      readonly kind: 'certificate'
      readonly certificate: string
      readonly notAfter: Date
      readonly user: User
    }
  /** Name, password or code is wrong; which, nobody is told. */
  | { readonly kind: 'refused'; readonly of?: string }
  /** The request for a certificate proves nothing. */
  | { readonly kind: 'malformed' }
  /** Too many attempts, of this user, of this address, or at all. */
  | { readonly kind: 'wait'; readonly seconds: number; readonly of?: string }

export interface LoginOptions {
  readonly authority: Authority
  /** The users as they are now. */
  readonly users: () => readonly LocalUser[]
  /** How long a certificate lasts; an hour by default. A user that is removed is out when it ends. */
  readonly certificateSeconds?: number
  /** How long certificates are renewed without a password; twelve hours by default. */
  readonly sessionSeconds?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** What gives local users their short-lived client certificates. */
export interface Login {
  enter(request: LoginRequest): Promise<LoginAnswer>
  /**
   * A new certificate for who comes with one that still holds, while the session lasts and the user is there.
   *
   * @param by - what the client certificate authenticator says of the connection
   */
  renew(
    certificateRequest: string,
    by: Authenticated,
    certificates: readonly X509Certificate[],
  ): Promise<LoginAnswer>
}

/** Each takes 19 MiB and some tens of milliseconds of a core. */
const MOST_AT_ONCE = 4

/** @returns a login over the users of a file, or of anything else that has them */
export function createLogin(options: LoginOptions): Login {
  const { authority, users, certificateSeconds = 3600, sessionSeconds = 12 * 3600, now = Date.now } = options
  const attempts: Attempts = countAttempts(now)
  const lastSteps = new Map<string, number>()
  let atOnce = 0

  async function sign(request: string, user: LocalUser, since: number): Promise<LoginAnswer> {
    const left = Math.floor((since + sessionSeconds * 1000 - now()) / 1000)
    const { name, groups } = user
    const extensions = [sessionMark(since)]
    try {
      const seconds = Math.min(certificateSeconds, left)
      const { certificate, notAfter } = await authority.signClient(
        request,
        { name, groups },
        seconds,
        extensions,
      )
      return { kind: 'certificate', certificate, notAfter, user: { name, groups } }
    } catch (error) {
      if (error instanceof AuthenticationError) return { kind: 'malformed' }
      throw error
    }
  }

  /** A code is good once: who has seen it being typed cannot use it again (RFC 6238, section 5.2). */
  function takesCode({ name, codeSecret }: LocalUser, code: string): boolean {
    if (codeSecret === undefined) return true
    const step = stepOfCode(code, codeSecret, now())
    if (step === undefined || step <= (lastSteps.get(name) ?? 0)) return false
    lastSteps.set(name, step)
    return true
  }

  return {
    async enter({ name, password, code, certificateRequest, address }) {
      const seconds = attempts.waitFor(name, address)
      const user = users().find((each) => each.name === name)
      const of = user === undefined ? {} : { of: name }
      if (seconds > 0) return { kind: 'wait', seconds, ...of }
      if (atOnce >= MOST_AT_ONCE) return { kind: 'wait', seconds: 1, ...of }
      atOnce++
      // Counted before it is looked at: many at the same time are many.
      attempts.failed(name, address)
      try {
        const isRight = await isPassword(password, user?.passwordHash)
        if (!isRight || user === undefined || !takesCode(user, code)) return { kind: 'refused', ...of }
        attempts.succeeded(name, address)
        return await sign(certificateRequest, user, now())
      } finally {
        atOnce--
      }
    },
    async renew(certificateRequest, by, certificates) {
      const [own] = certificates
      const since = own === undefined ? undefined : loggedInAt(own)
      const user = users().find(({ name }) => name === by.user.name)
      const isOfLogin =
        by.authenticator === 'client-certificate' &&
        since !== undefined &&
        own !== undefined &&
        authority.hasSigned(own)
      if (!isOfLogin || user === undefined || now() >= since + sessionSeconds * 1000)
        return { kind: 'refused' }
      return sign(certificateRequest, user, since)
    },
  }
}
