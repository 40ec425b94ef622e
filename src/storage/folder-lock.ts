import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFolder } from './make-folder.ts'

/** Another process has the folder. */
class FolderLockedError extends Error {
  readonly code = 'ERR_FOLDER_LOCKED'
  readonly folder: string

  constructor(folder: string) {
    super(`${folder} is used by another process`)
    this.name = 'FolderLockedError'
    this.folder = folder
  }
}

/**
 * Takes a folder for this process alone. The lock is SQLite's on a database in the folder, hence the operating
 * system's: it ends with the process, however that ends, and no stale lock is ever left.
 *
 * @param folder - made where it does not exist, for its owner only
 * @returns lets go of the folder
 * @throws FolderLockedError
 */
export function lockFolder(folder: string): () => void {
  makeFolder(folder)
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    // "SQLITE_BUSY (5): the database file could not be written because of concurrent activity by some other connection".
    if (error instanceof Error && 'errcode' in error && error.errcode === 5)
      throw new FolderLockedError(folder)
    throw error
  }
  return () => database.close()
}
