/** The claims of a token; of what types their values are, nobody has promised. */
export type Claims = Readonly<Record<string, unknown>>

/**
 * What a JSON Web Token says before anybody has looked at its signature: good for nothing but to find out whose it might
 * be.
 *
 * @returns undefined for what is no signed token in compact form
 */
export function readUnverifiedClaims(token: string): Claims | undefined {
  const parts = token.split('.')
  const [, payload = ''] = parts
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) return undefined
  return parseClaims(Buffer.from(payload, 'base64url').toString())
}

/** @returns undefined for anything but a JSON object */
export function parseClaims(text: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isClaims(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isClaims(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** "aud": "In the general case, an array of case-sensitive strings … or a single string" (RFC 7519, section 4.1.3). */
export function audiencesOf(claims: Claims): readonly string[] {
  const { aud } = claims
  if (typeof aud === 'string') return [aud]
  return Array.isArray(aud) ? aud.filter((each) => typeof each === 'string') : []
}
