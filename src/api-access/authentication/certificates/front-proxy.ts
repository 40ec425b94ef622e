import { AuthenticationError } from '../authentication-error.ts'
import type { Authenticator, Presented } from '../authenticator.ts'
import type { Reloaded } from '../files/reloaded-file.ts'
import { extraOf, valuesOf } from '../header-values.ts'
import { authenticationMessages } from '../messages.ts'
import type { CaBundle } from './ca-bundle.ts'
import { constraintsOf } from './constraints.ts'
import { certificateVerifier } from './verified-certificates.ts'

const { make } = authenticationMessages

/** The flags `--requestheader-…` of the API server; header names in any case. */
export interface FrontProxyOptions {
  readonly trusted: Reloaded<CaBundle>
  /** Common names of proxies; none: any certificate of the bundle will do. */
  readonly allowedNames: readonly string[]
  readonly usernameHeaders?: readonly string[]
  readonly uidHeaders?: readonly string[]
  readonly groupHeaders?: readonly string[]
  readonly extraHeaderPrefixes?: readonly string[]
  readonly now?: () => number
}

/**
 * Users that a proxy in front names in headers, after it has proven itself by its own client certificate: "The proxy must
 * present a valid client certificate … before the request headers are checked" (Kubernetes documentation,
 * "Authenticating", "Authenticating proxy").
 */
export function frontProxyAuthenticator({
  trusted,
  allowedNames,
  usernameHeaders = ['x-remote-user'],
  uidHeaders = ['x-remote-uid'],
  groupHeaders = ['x-remote-group'],
  extraHeaderPrefixes = ['x-remote-extra-'],
  now = Date.now,
}: FrontProxyOptions): Authenticator {
  const verifier = certificateVerifier(trusted, now)
  return {
    name: 'front-proxy',
    async authenticate({ headers, certificates }) {
      const [proxy] = certificates
      // Without the headers it is a client like any other, whose certificate is of another authority.
      if (proxy === undefined || first(headers, usernameHeaders) === '') return undefined
      verifier.verify(certificates)
      const name = constraintsOf(proxy).subject.getField('2.5.4.3').at(-1) ?? ''
      if (allowedNames.length > 0 && !allowedNames.includes(name))
        throw new AuthenticationError('ERR_FRONT_PROXY_NAME', make['front-proxy-name']({ name }))
      const uid = first(headers, uidHeaders)
      const extra = extraOf(headers, extraHeaderPrefixes)
      const user = {
        name: first(headers, usernameHeaders),
        groups: groupHeaders.flatMap((header) => valuesOf(headers, header)),
        ...(uid !== '' && { uid }),
        ...(Object.keys(extra).length > 0 && { extra }),
      }
      return { user, authenticator: 'front-proxy' }
    },
  }
}

/**
 * The first of the headers that has a value.
 *
 * @throws AuthenticationError ERR_FRONT_PROXY_HEADER where it came twice: a client may have sent one through the proxy
 */
function first(headers: Presented['headers'], names: readonly string[]): string {
  for (const header of names) {
    const [value = '', ...others] = valuesOf(headers, header)
    if (others.length > 0)
      throw new AuthenticationError('ERR_FRONT_PROXY_HEADER', make['front-proxy-header']({ header }))
    if (value !== '') return value
  }
  return ''
}
