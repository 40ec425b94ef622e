import 'reflect-metadata'
import { type Extension, SubjectAlternativeNameExtension, X509Certificate } from '@peculiar/x509'

const PREFIX = 'urn:haetae:logged-in-at:'

/** The extension by which a certificate says when its user last gave a password. Milliseconds since 1970. */
export function sessionMark(at: number): Extension {
  return new SubjectAlternativeNameExtension([
    { type: 'url', value: `${PREFIX}${new Date(at).toISOString()}` },
  ])
}

/** @returns undefined for a certificate that no login has given */
export function loggedInAt(certificate: { readonly raw: Buffer }): number | undefined {
  const names =
    new X509Certificate(certificate.raw).getExtension(SubjectAlternativeNameExtension)?.names.items ?? []
  const mark = names.find(({ type, value }) => type === 'url' && value.startsWith(PREFIX))
  const time = Date.parse(mark?.value.slice(PREFIX.length) ?? '')
  return Number.isNaN(time) ? undefined : time
}
