import type { X509Certificate } from 'node:crypto'
import type { Reloaded } from '../files/reloaded-file.ts'
import type { CaBundle } from './ca-bundle.ts'
import { verifyClientChain } from './verify-chain.ts'

/** Verifies client certificates against a bundle that may change. */
export interface CertificateVerifier {
  /** @throws AuthenticationError as `verifyClientChain` */
  verify(presented: readonly X509Certificate[]): void
}

/**
 * A connection carries many requests with the same certificate object: it is verified once, until the chain ends or the
 * bundle changes.
 *
 * @param now - milliseconds since 1970
 */
export function certificateVerifier(bundle: Reloaded<CaBundle>, now: () => number): CertificateVerifier {
  const verified = new WeakMap<X509Certificate, { readonly until: number; readonly trusted: CaBundle }>()
  return {
    verify(presented) {
      const [own] = presented
      const trusted = bundle.value()
      const time = now()
      const former = own === undefined ? undefined : verified.get(own)
      if (former !== undefined && former.trusted === trusted && time <= former.until) return
      const until = verifyClientChain(presented, trusted, time)
      if (own !== undefined) verified.set(own, { until, trusted })
    },
  }
}
