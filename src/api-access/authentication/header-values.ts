import type { Presented } from './authenticator.ts'

type Headers = Presented['headers']

/** @param name - in any case */
export function valuesOf(headers: Headers, name: string): readonly string[] {
  const value = headers[name.toLowerCase()]
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

/**
 * The extra fields that headers with a prefix give: the rest of the name, in lower case and percent-decoded, is the key
 * (Kubernetes documentation, "Authenticating proxy", "Everything following the prefix is lowercased and
 * percent-decoded"; what cannot be decoded counts as it is).
 */
export function extraOf(headers: Headers, prefixes: readonly string[]): Record<string, readonly string[]> {
  const extra = new Map<string, string[]>()
  for (const prefix of prefixes.map((each) => each.toLowerCase()))
    for (const header of Object.keys(headers)) {
      if (!header.startsWith(prefix)) continue
      const key = decoded(header.slice(prefix.length))
      extra.set(key, [...(extra.get(key) ?? []), ...valuesOf(headers, header)])
    }
  // Own properties, whatever the key: `__proto__` too.
  return Object.fromEntries(extra)
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}
