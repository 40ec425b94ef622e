import type { User } from '../request/index.ts'

/**
 * Whether a header says who its sender is, and must therefore never come from a client to what stands behind the gate:
 * credentials, impersonation, the headers of front proxies. An underscore counts as a hyphen, as some servers read it.
 *
 * @param name - in any case
 * @param others - further headers and prefixes (ending in a hyphen) of the front proxies in use, in lower case
 */
export function isIdentityHeader(name: string, others: readonly string[] = []): boolean {
  const plain = name.toLowerCase().replaceAll('_', '-')
  if (plain === 'authorization' || plain === 'proxy-authorization') return true
  return ['impersonate-', 'x-remote-', ...others].some((each) =>
    each.endsWith('-') ? plain.startsWith(each) : plain === each,
  )
}

/**
 * The headers by which a server is asked to take a request for this user's (Kubernetes documentation, "User
 * impersonation"). Names and values in order; groups each in a header of its own.
 */
export function impersonationHeaders({ name, groups, uid, extra = {} }: User): [string, string][] {
  return [
    ['Impersonate-User', name],
    ...groups.map((group): [string, string] => ['Impersonate-Group', group]),
    ...(uid === undefined || uid === '' ? [] : [['Impersonate-Uid', uid] as [string, string]]),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value): [string, string] => [`Impersonate-Extra-${escaped(key)}`, value]),
    ),
  ]
}

/** "Extra keys … that are not legal in HTTP header labels should be percent-encoded", and the percent sign itself. */
function escaped(key: string): string {
  return [...Buffer.from(key)]
    .map((byte) => String.fromCharCode(byte))
    .map((character) =>
      /[a-z0-9!#$&'*+.^_`|~-]/.test(character)
        ? character
        : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}
