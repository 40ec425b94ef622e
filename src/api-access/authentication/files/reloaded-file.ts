import { statSync } from 'node:fs'
import type { Message } from '../../../messages/index.ts'
import { AuthenticationSetupError } from '../setup-error.ts'
import { readSmallFile } from './read-file.ts'

/** What a file says, as it stands on disk now. */
export interface Reloaded<T> {
  value(): T
}

export interface ReloadOptions {
  /** Told when a changed file cannot be used: what it said before still counts. */
  readonly onProblem: (problem: Message) => void
  /** Milliseconds on any clock that only goes forward. */
  readonly now?: () => number
}

/** How often the disk is looked at, at most. */
const PAUSE_MILLISECONDS = 1_000

/**
 * Reads a file now, and again when it has changed and its value is asked for: no timer runs and nothing has to be
 * closed. A new file in its place counts as a change, as do the symbolic links by which Kubernetes swaps mounted
 * volumes.
 *
 * @param parse - throws AuthenticationSetupError for what is no such file
 * @throws AuthenticationSetupError where it cannot be used the first time
 */
export function reloadedFile<T>(
  path: string,
  parse: (text: string, path: string) => T,
  { onProblem, now = () => performance.now() }: ReloadOptions,
): Reloaded<T> {
  let state = stateOf(path)
  let value = parse(readSmallFile(path), path)
  let looked = now()
  return {
    value() {
      const time = now()
      if (time - looked < PAUSE_MILLISECONDS) return value
      looked = time
      const current = stateOf(path)
      if (current === state) return value
      state = current
      try {
        value = parse(readSmallFile(path), path)
      } catch (error) {
        if (!(error instanceof AuthenticationSetupError)) throw error
        onProblem(error.detail)
      }
      return value
    },
  }
}

/** Tells one content of a path from another, without reading it; empty where there is no file. */
function stateOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? '' : `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs}`
}
