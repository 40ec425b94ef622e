import { normalizePath } from './paths.ts'

/** Directories of programs: to remove something there makes it unavailable to an intruder. */
const PROGRAM_DIRECTORIES = ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin']

const REMOVERS = new Set(['rm', 'unlink', 'shred'])

/** What separates words and simple commands of a shell script (POSIX.1-2017, Shell Command Language, 2.9). */
const WORDS = /[;&|()\n]|[^\s;&|()]+/g
const SEPARATORS = new Set([';', '&', '|', '(', ')', '\n'])

/**
 * The programs that an exec command removes from its container, such as `/bin/sh` of `rm -f /bin/sh` or of
 * `sh -c "rm /bin/bash; busybox rm /bin/sh"`.
 *
 * @param command - an exec action's command: program and arguments, perhaps a shell with a script
 * @returns the paths as written; empty where nothing is removed from a directory of programs
 */
export function removedBinaries(command: unknown): readonly string[] {
  if (!Array.isArray(command)) return []
  const removed: string[] = []
  let removing = false
  // What a `find` starts from; it goes only when `-delete` follows.
  let searched: string[] | undefined
  for (const argument of command) {
    if (typeof argument !== 'string') continue
    for (const [raw] of argument.matchAll(WORDS)) {
      const word = raw.replace(/^['"]+|['"]+$/g, '')
      if (SEPARATORS.has(word)) {
        removing = false
        searched = undefined
        continue
      }
      const program = word.slice(word.lastIndexOf('/') + 1)
      if (!removing && REMOVERS.has(program)) removing = true
      else if (searched === undefined && program === 'find') searched = []
      else if (isProgramPath(word)) (removing ? removed : searched)?.push(word)
      else if (word === '-delete') removed.push(...(searched ?? []))
    }
  }
  return removed
}

function isProgramPath(word: string): boolean {
  if (!word.startsWith('/')) return false
  const path = normalizePath(word)
  return PROGRAM_DIRECTORIES.some((directory) => path === directory || path.startsWith(`${directory}/`))
}
