import { Secret, TOTP } from 'otpauth'

/** As authenticator apps take for granted: six digits, 30 seconds, SHA-1 (RFC 6238). */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 }

/** A new secret in base32. */
export function newCodeSecret(): string {
  return new Secret({ size: 20 }).base32
}

/** The address that authenticator apps read, as text or QR code. */
export function codeAddress(name: string, secret: string): string {
  return new TOTP({ ...FORM, issuer: 'Haetae', label: name, secret: Secret.fromBase32(secret) }).toString()
}

/**
 * The step of time that a code belongs to: the present one, or one before or after, for clocks that differ.
 *
 * @param now - milliseconds since 1970
 * @returns undefined for a code of none of them
 */
export function stepOfCode(code: string, secret: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const totp = new TOTP({ ...FORM, secret: Secret.fromBase32(secret) })
  const delta = totp.validate({ token: code, timestamp: now, window: 1 })
  return delta === null ? undefined : Math.floor(now / 1000 / FORM.period) + delta
}
