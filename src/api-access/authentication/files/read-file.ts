import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { AuthenticationSetupError } from '../setup-error.ts'
import { authenticationFileMessages } from './messages.ts'

const { make } = authenticationFileMessages

/** Far more than any file of credentials. */
const LIMIT = 16 * 2 ** 20

/** @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE */
export function readSmallFile(path: string): string {
  const { file, size } = open(path)
  try {
    if (size > LIMIT)
      throw new AuthenticationSetupError('ERR_AUTHENTICATION_FILE', make['too-large']({ path, limit: LIMIT }))
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

/**
 * Reads a file that holds secrets, which nobody but its owner may be able to read.
 *
 * @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE, ERR_AUTHENTICATION_FILE_MODE
 */
export function readSecretFile(path: string): string {
  const { file, mode } = open(path)
  closeSync(file)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const said = make['open-to-others']({ path, mode: (mode & 0o777).toString(8) })
    throw new AuthenticationSetupError('ERR_AUTHENTICATION_FILE_MODE', said)
  }
  return readSmallFile(path)
}

function open(path: string): { file: number; size: number; mode: number } {
  try {
    const file = openSync(path, 'r')
    const { size, mode } = fstatSync(file)
    return { file, size, mode }
  } catch (error) {
    throw unreadable(path, error)
  }
}

function unreadable(path: string, error: unknown): AuthenticationSetupError {
  return new AuthenticationSetupError(
    'ERR_AUTHENTICATION_FILE',
    make.unreadable({ path, reason: codeOf(error) }),
    {
      cause: error,
    },
  )
}

/** The system's own short word, e.g. ENOENT: of anything else nothing is repeated, it may be the content. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
}
