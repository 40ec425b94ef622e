import { existsSync } from 'node:fs'
import { readSecretFile } from '../files/read-file.ts'
import { writeSecretFile } from '../files/secret-file.ts'
import { AuthenticationSetupError } from '../setup-error.ts'
import { localUserMessages } from './messages.ts'
import { hashPassword, isPasswordHash, PASSWORD_LENGTH } from './password.ts'

const { make } = localUserMessages

/** A user that Haetae itself knows. */
export interface LocalUser {
  readonly name: string
  readonly groups: readonly string[]
  readonly passwordHash: string
  /** Base32; without it the password alone will do. */
  readonly codeSecret?: string
}

/**
 * Reads the users of a file.
 *
 * @returns none where there is no such file yet
 * @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE, ERR_AUTHENTICATION_FILE_MODE where others may read it
 */
export function readUsers(path: string): readonly LocalUser[] {
  return existsSync(path) ? parseUsers(readSecretFile(path), path) : []
}

/** @throws AuthenticationSetupError ERR_LOCAL_USER (there is one, or the name will not do), and what files give */
export async function addUser(
  path: string,
  { name, groups, password, codeSecret }: Omit<LocalUser, 'passwordHash'> & { readonly password: string },
): Promise<void> {
  const users = readUsers(path)
  for (const each of [name, ...groups]) if (!isName(each)) throw refused(make.name({ name: each }))
  if (users.some((user) => user.name === name)) throw refused(make.exists({ name }))
  const passwordHash = await hashed(password)
  write(path, [...users, { name, groups, passwordHash, ...(codeSecret !== undefined && { codeSecret }) }])
}

/** @throws AuthenticationSetupError ERR_LOCAL_USER, and what files give */
export async function changePassword(path: string, name: string, password: string): Promise<void> {
  const users = readUsers(path)
  if (!users.some((user) => user.name === name)) throw refused(make.unknown({ name }))
  const passwordHash = await hashed(password)
  write(
    path,
    users.map((user) => (user.name === name ? { ...user, passwordHash } : user)),
  )
}

/** @throws AuthenticationSetupError ERR_LOCAL_USER, and what files give */
export function removeUser(path: string, name: string): void {
  const users = readUsers(path)
  if (!users.some((user) => user.name === name)) throw refused(make.unknown({ name }))
  write(
    path,
    users.filter((user) => user.name !== name),
  )
}

/** @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE; nothing of the text is repeated */
function parseUsers(text: string, path: string): readonly LocalUser[] {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw new AuthenticationSetupError('ERR_AUTHENTICATION_FILE', make['no-file']({ path }))
  }
  const { version, users } = (content ?? {}) as { version?: unknown; users?: unknown }
  if (version !== 1 || !Array.isArray(users) || !users.every(isUser))
    throw new AuthenticationSetupError('ERR_AUTHENTICATION_FILE', make['no-file']({ path }))
  return users
}

function write(path: string, users: readonly LocalUser[]): void {
  writeSecretFile(path, `${JSON.stringify({ version: 1, users }, null, 2)}\n`)
}

async function hashed(password: string): Promise<string> {
  const { length } = [...password]
  if (length < PASSWORD_LENGTH.least || length > PASSWORD_LENGTH.most)
    throw refused(make['password-length'](PASSWORD_LENGTH))
  return hashPassword(password)
}

/** "The prefix system: is reserved for Kubernetes system use". */
function isName(name: string): boolean {
  return /^[^\p{C}]{1,128}$/u.test(name) && name.trim() === name && !name.startsWith('system:')
}

function isUser(value: unknown): value is LocalUser {
  const { name, groups, passwordHash, codeSecret } = (value ?? {}) as Record<string, unknown>
  const hasCode =
    codeSecret === undefined || (typeof codeSecret === 'string' && /^[A-Z2-7]{16,}$/.test(codeSecret))
  const hasGroups =
    Array.isArray(groups) && groups.every((group) => typeof group === 'string' && isName(group))
  return (
    typeof name === 'string' &&
    isName(name) &&
    hasGroups &&
    typeof passwordHash === 'string' &&
    isPasswordHash(passwordHash) &&
    hasCode
  )
}

function refused(detail: AuthenticationSetupError['detail']): AuthenticationSetupError {
  return new AuthenticationSetupError('ERR_LOCAL_USER', detail)
}
