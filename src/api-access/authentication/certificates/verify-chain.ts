import type { X509Certificate } from 'node:crypto'
import type { Message } from '../../../messages/index.ts'
import { AuthenticationError } from '../authentication-error.ts'
import { authenticationMessages } from '../messages.ts'
import type { CaBundle } from './ca-bundle.ts'
import { constraintsOf } from './constraints.ts'

const { make } = authenticationMessages

const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2'
const ANY_PURPOSE = '2.5.29.37.0'

/** A chain as long as this is an attack, and so are more signatures to check. */
const LONGEST_CHAIN = 8
const MOST_SIGNATURES = 32

/**
 * Verifies a client's certificate by a chain to one of the trusted ones (RFC 5280, section 6): signatures, time of every
 * link, who may sign, how long a chain may be, the purpose client authentication in every link that limits its
 * purposes, no critical extension that is not understood. An authority that limits names vouches only for certificates
 * without alternative names. Revocation lists are not looked at, as Kubernetes does not.
 *
 * @param presented - the client's own first, then any that may lie between
 * @param now - milliseconds since 1970
 * @returns until when the chain holds, in milliseconds since 1970
 * @throws AuthenticationError ERR_CERTIFICATE_UNTRUSTED, ERR_CERTIFICATE_TIME, ERR_CERTIFICATE_PURPOSE,
 *   ERR_CERTIFICATE_EXTENSION
 */
export function verifyClientChain(
  presented: readonly X509Certificate[],
  trusted: CaBundle,
  now: number,
): number {
  const [own, ...others] = presented.slice(0, LONGEST_CHAIN)
  if (own === undefined) throw new Error('no certificate to verify')
  const search: Search = { trusted, between: others, now, signatures: 0, problem: undefined }
  const chain = chainFrom(search, [own])
  if (chain !== undefined) return Math.min(...chain.map(({ validToDate }) => validToDate.getTime()))
  throw search.problem ?? refusal('ERR_CERTIFICATE_UNTRUSTED', make['certificate-untrusted'](named(own)))
}

interface Search {
  readonly trusted: CaBundle
  readonly between: readonly X509Certificate[]
  readonly now: number
  signatures: number
  /** Why a chain that reached a trusted certificate does not hold. */
  problem: AuthenticationError | undefined
}

/** @param chain - from the client's certificate upward */
function chainFrom(
  search: Search,
  chain: readonly X509Certificate[],
): readonly X509Certificate[] | undefined {
  const last = chain.at(-1)
  if (last === undefined) return undefined
  if (search.trusted.some(({ fingerprint256 }) => fingerprint256 === last.fingerprint256)) {
    const problem = problemOf(chain, search.now)
    search.problem ??= problem
    return problem === undefined ? chain : undefined
  }
  if (chain.length >= LONGEST_CHAIN) return undefined
  for (const issuer of [...search.trusted, ...search.between]) {
    if (chain.includes(issuer) || !last.checkIssued(issuer)) continue
    if (++search.signatures > MOST_SIGNATURES) return undefined
    if (!last.verify(issuer.publicKey)) continue
    const found = chainFrom(search, [...chain, issuer])
    if (found !== undefined) return found
  }
  return undefined
}

function problemOf(chain: readonly X509Certificate[], now: number): AuthenticationError | undefined {
  const own = chain[0]
  for (const [index, certificate] of chain.entries()) {
    const subject = named(certificate)
    const from = certificate.validFromDate
    const to = certificate.validToDate
    if (now < from.getTime() || now > to.getTime()) {
      const times = { from: from.toISOString(), to: to.toISOString() }
      return refusal('ERR_CERTIFICATE_TIME', make['certificate-time']({ ...subject, ...times }))
    }
    const constraints = constraintsOf(certificate)
    const { purposes, unknownCritical: oid } = constraints
    if (oid !== undefined)
      return refusal('ERR_CERTIFICATE_EXTENSION', make['certificate-extension']({ ...subject, oid }))
    if (
      purposes !== undefined &&
      !purposes.includes(CLIENT_AUTHENTICATION) &&
      !purposes.includes(ANY_PURPOSE)
    )
      return refusal('ERR_CERTIFICATE_PURPOSE', make['certificate-purpose'](subject))
    if (index === 0) continue
    const {
      isAuthority,
      maySignCertificates,
      pathLength = Number.POSITIVE_INFINITY,
      limitsNames,
    } = constraints
    const namesFit = !limitsNames || (own !== undefined && !constraintsOf(own).hasAlternativeNames)
    if (!isAuthority || !maySignCertificates || index - 1 > pathLength || !namesFit)
      return refusal(
        'ERR_CERTIFICATE_UNTRUSTED',
        make['certificate-untrusted'](own === undefined ? subject : named(own)),
      )
  }
  return undefined
}

function refusal(code: string, detail: Message): AuthenticationError {
  return new AuthenticationError(code, detail)
}

function named({ subject }: X509Certificate): { subject: string } {
  return { subject: subject.replaceAll('\n', ', ').slice(0, 256) }
}
