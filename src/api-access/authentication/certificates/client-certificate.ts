import type { X509Certificate } from 'node:crypto'
import { AuthenticationError } from '../authentication-error.ts'
import type { Authenticated, Authenticator } from '../authenticator.ts'
import type { Reloaded } from '../files/reloaded-file.ts'
import { authenticationMessages } from '../messages.ts'
import type { CaBundle } from './ca-bundle.ts'
import { constraintsOf } from './constraints.ts'
import { userOfSubject } from './subject.ts'
import { certificateVerifier } from './verified-certificates.ts'

/**
 * Users by client certificate (Kubernetes documentation, "Authenticating", "X.509 client certificates").
 *
 * @param trusted - the bundle of `--client-ca-file`
 */
export function clientCertificateAuthenticator(
  trusted: Reloaded<CaBundle>,
  now: () => number = Date.now,
): Authenticator {
  const verifier = certificateVerifier(trusted, now)
  /** Requests of one connection are of the same user. */
  const known = new WeakMap<X509Certificate, Authenticated>()
  return {
    name: 'client-certificate',
    async authenticate({ certificates }) {
      const [own] = certificates
      if (own === undefined) return undefined
      verifier.verify(certificates)
      const found = known.get(own)
      if (found !== undefined) return found
      const user = userOfSubject(constraintsOf(own).subject)
      if (user !== undefined) {
        const authenticated = { user, authenticator: 'client-certificate' }
        known.set(own, authenticated)
        return authenticated
      }
      const detail = authenticationMessages.make['certificate-subject']({
        subject: own.subject.slice(0, 256),
      })
      throw new AuthenticationError('ERR_CERTIFICATE_SUBJECT', detail)
    },
  }
}
