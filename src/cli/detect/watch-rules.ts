import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** How often to look: the operating system does not tell of what is mounted anew, as ConfigMaps are. */
const POLL_MILLISECONDS = 1000

/**
 * Looks after rule files: calls back when one of them has changed, or was added to or removed from a folder.
 *
 * @returns what ends it
 */
export function watchRules(paths: readonly string[], onChange: () => void): () => void {
  const files = paths.filter((path) => path !== '-')
  let known = stateOf(files)
  const timer = setInterval(() => {
    const now = stateOf(files)
    if (now === known) return
    known = now
    onChange()
  }, POLL_MILLISECONDS)
  timer.unref()
  return () => clearInterval(timer)
}

/** A text that changes when a file does. */
function stateOf(paths: readonly string[]): string {
  return paths.flatMap((path) => filesAt(path).map(stateOfFile)).join('\n')
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
