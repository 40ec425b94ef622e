/** The person behind an event. */
export interface Actor {
  readonly name: string
  readonly groups?: readonly string[]
  /** As whom the person acted, where that is somebody else. */
  readonly impersonated?: string
  /** The addresses that the request came from, the client's own claim first. */
  readonly sourceIPs?: readonly string[]
}

/**
 * Kubernetes keeps names with this prefix for itself (documentation, "Authenticating", "Users in Kubernetes"): service
 * accounts, nodes, components, and those who are not known.
 */
const RESERVED_PREFIX = 'system:'

/** @returns undefined for requests of programs, and of nobody known */
export function actorOfAuditEvent(event: unknown): Actor | undefined {
  const name = textAt(event, 'user', 'username')
  if (name === undefined || name === '' || name.startsWith(RESERVED_PREFIX)) return undefined
  const groups = textsAt(event, 'user', 'groups')
  const impersonated = textAt(event, 'impersonatedUser', 'username')
  const sourceIPs = textsAt(event, 'sourceIPs')
  return {
    name,
    ...(groups && { groups }),
    ...(impersonated !== undefined && { impersonated }),
    ...(sourceIPs && { sourceIPs }),
  }
}

function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  let found = value
  for (const key of keys) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = (found as Readonly<Record<string, unknown>>)[key]
  }
  return found
}

function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const text = valueAt(value, ...keys)
  return typeof text === 'string' ? text : undefined
}

function textsAt(value: unknown, ...keys: readonly string[]): readonly string[] | undefined {
  const texts = valueAt(value, ...keys)
  if (!Array.isArray(texts)) return undefined
  return texts.filter((text): text is string => typeof text === 'string')
}
