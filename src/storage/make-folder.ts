import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder, and those above it that do not exist.
 *
 * Not `recursive` of mkdir: under /proc, which answers "no such file" where nothing can be made, Node.js asks again and
 * again without end.
 *
 * @param mode - as of mkdir(2); for the owner only where it is not given
 * @throws Error of the operating system
 */
export function makeFolder(path: string, mode = 0o700): void {
  const above = dirname(path)
  if (above !== path && !existsSync(above)) makeFolder(above, mode)
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (!existsSync(path) || !statSync(path).isDirectory()) throw error
  }
}
