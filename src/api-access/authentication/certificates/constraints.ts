import 'reflect-metadata'
import type { X509Certificate } from 'node:crypto'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type Name,
  X509Certificate as Parsed,
} from '@peculiar/x509'

/** What of a certificate bears on whether it may stand in a chain, besides its signature and its time. */
export interface Constraints {
  readonly subject: Name
  readonly isAuthority: boolean
  /** How many authorities may stand between it and the client. */
  readonly pathLength: number | undefined
  readonly maySignCertificates: boolean
  /** OIDs; undefined: for any purpose. */
  readonly purposes: readonly string[] | undefined
  readonly hasAlternativeNames: boolean
  readonly limitsNames: boolean
  /** OID of a critical extension that nothing here understands. */
  readonly unknownCritical: string | undefined
}

const NAME_CONSTRAINTS = '2.5.29.30'
const ALTERNATIVE_NAMES = '2.5.29.17'

/** Key usage, alternative names, basic constraints, name constraints, policies (which ask nothing), extended key usage. */
const UNDERSTOOD = new Set([
  '2.5.29.15',
  ALTERNATIVE_NAMES,
  '2.5.29.19',
  NAME_CONSTRAINTS,
  '2.5.29.32',
  '2.5.29.37',
])

const known = new WeakMap<X509Certificate, Constraints>()

/** @throws Error for a certificate that Node reads and a strict reader does not */
export function constraintsOf(certificate: X509Certificate): Constraints {
  const found = known.get(certificate) ?? read(certificate)
  known.set(certificate, found)
  return found
}

function read(certificate: X509Certificate): Constraints {
  const parsed = new Parsed(certificate.raw)
  const basic = parsed.getExtension(BasicConstraintsExtension)
  const usages = parsed.getExtension(KeyUsagesExtension)?.usages
  const has = (oid: string) => parsed.extensions.some(({ type }) => type === oid)
  return {
    subject: parsed.subjectName,
    isAuthority: basic?.ca === true,
    pathLength: basic?.pathLength,
    maySignCertificates: usages === undefined || (usages & KeyUsageFlags.keyCertSign) !== 0,
    purposes: certificate.keyUsage,
    hasAlternativeNames: has(ALTERNATIVE_NAMES),
    limitsNames: has(NAME_CONSTRAINTS),
    unknownCritical: parsed.extensions.find(({ type, critical }) => critical && !UNDERSTOOD.has(type))?.type,
  }
}
