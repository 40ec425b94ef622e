import { AuthenticationError } from '../authentication-error.ts'
import type { Authenticator } from '../authenticator.ts'
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
  return {
    name: 'client-certificate',
    async authenticate({ certificates }) {
      const [own] = certificates
      if (own === undefined) return undefined
      verifier.verify(certificates)
      const user = userOfSubject(constraintsOf(own).subject)
      if (user !== undefined) return { user, authenticator: 'client-certificate' }
      const detail = authenticationMessages.make['certificate-subject']({
        subject: own.subject.slice(0, 256),
      })
      throw new AuthenticationError('ERR_CERTIFICATE_SUBJECT', detail)
    },
  }
}
