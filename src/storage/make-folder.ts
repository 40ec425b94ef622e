import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder for its owner only, and those above it that do not exist.
 *
 * Not `recursive` of mkdir: under /proc, which answers "no such file" where nothing can be made, Node.js asks again and
 * again without end.
 *
 * @throws Error of the operating system
 */
export function makeFolder(path: string): void {
  const above = dirname(path)
  if (above !== path && !existsSync(above)) makeFolder(above)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (!existsSync(path) || !statSync(path).isDirectory()) throw error
  }
}
