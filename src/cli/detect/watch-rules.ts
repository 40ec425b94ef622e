import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** How often to look: the operating system does not tell of what is mounted anew, as ConfigMaps are. */
const POLL_MILLISECONDS = 1000

/**
 * Looks after rule files: calls back when one of them has changed, or was added to or removed from a folder.
 *
 * @param known - `stateOfRules` from before the rules were read: what changes while they are put to use is no longer in them
 * @returns what ends it
 */
export function watchRules(paths: readonly string[], known: string, onChange: () => void): () => void {
  const timer = setInterval(() => {
    const now = stateOfRules(paths)
    if (now === known) return
    known = now
    onChange()
  }, POLL_MILLISECONDS)
  timer.unref()
  return () => clearInterval(timer)
}

/** A text that changes when a file does. */
export function stateOfRules(paths: readonly string[]): string {
  const files = paths.filter((path) => path !== '-').flatMap(filesAt)
  return files.map(stateOfFile).join('\n')
}

function filesAt(path: string): string[] {
  try {
    return readdirSync(path)
      .sort()
      .map((name) => join(path, name))
  } catch {
    return [path]
  }
}

function stateOfFile(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return `${path} ${found === undefined ? 'absent' : `${found.ino} ${found.size} ${found.mtimeNs}`}`
}
