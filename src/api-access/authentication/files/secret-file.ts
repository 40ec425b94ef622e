import { randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../../../storage/index.ts'
import { AuthenticationSetupError } from '../setup-error.ts'
import { authenticationFileMessages } from './messages.ts'
import { codeOf } from './read-file.ts'

/**
 * Writes a file that only its owner may read (0600), whole or not at all; the folder is made where it is missing (0700).
 *
 * @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE
 */
export function writeSecretFile(path: string, text: string): void {
  placed(path, text, (draft) => renameSync(draft, path))
}

/** The same, unless there is such a file already. @returns whether it was written */
export function createSecretFile(path: string, text: string): boolean {
  let isNew = true
  placed(path, text, (draft) => {
    try {
      linkSync(draft, path)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
      isNew = false
    } finally {
      rmSync(draft)
    }
  })
  return isNew
}

/** Writes a file that anybody may read (0644), whole or not at all. @throws AuthenticationSetupError */
export function writePublicFile(path: string, text: string): void {
  placed(path, text, (draft) => renameSync(draft, path), 0o644)
}

function placed(path: string, text: string, place: (draft: string) => void, mode = 0o600): void {
  const draft = `${path}.${randomUUID()}`
  try {
    makeFolder(dirname(path))
    const file = openSync(draft, 'wx', mode)
    try {
      writeFileSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    place(draft)
  } catch (error) {
    // Where its folder is none, even asking to remove it fails.
    if (existsSync(draft)) rmSync(draft)
    const said = authenticationFileMessages.make.unwritable({ path, reason: codeOf(error) })
    throw new AuthenticationSetupError('ERR_AUTHENTICATION_FILE', said, { cause: error })
  }
}
