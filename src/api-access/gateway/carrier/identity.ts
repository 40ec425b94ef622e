import { impersonationHeaders } from '../../authentication/index.ts'
import type { User } from '../../request/index.ts'

/** The user has a name or a group that no header can carry. */
export class IdentityError extends Error {
  readonly code = 'ERR_IDENTITY'
}

const known = new WeakMap<User, readonly string[]>()

/**
 * The headers by which the API server is told who acts, as name, value, name, value, …
 *
 * @throws IdentityError where a part of it cannot stand in a header
 */
export function identityHeaders(user: User): readonly string[] {
  const found = known.get(user)
  if (found !== undefined) return found
  const headers = impersonationHeaders(user).flatMap(([name, value]) => [
    name.toLowerCase(),
    headerValue(value),
  ])
  known.set(user, headers)
  return headers
}

/** Go reads a header's bytes as they are: UTF-8 passes, control characters and outer white space do not. */
function headerValue(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (text === '' || /[\x00-\x1f\x7f]|^\s|\s$/.test(text))
    throw new IdentityError('the user has a name, group or attribute that no header can carry')
  return Buffer.from(text, 'utf8').toString('latin1')
}
