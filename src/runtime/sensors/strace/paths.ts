import { resolvePath } from '../kernel/paths.ts'
import { textOfArgument } from './arguments.ts'
import type { StraceCall } from './parse.ts'
import type { TracedProcess } from './processes.ts'

/** Where calls have the descriptor of the folder that their first and their second path begin in. */
const FOLDER_ARGUMENTS: Readonly<Record<string, readonly (number | undefined)[]>> = {
  openat: [0],
  openat2: [0],
  execveat: [0],
  unlinkat: [0],
  mkdirat: [0],
  fchmodat: [0],
  fchownat: [0],
  fchdir: [0],
  renameat: [0, 2],
  renameat2: [0, 2],
  linkat: [0, 2],
  symlinkat: [undefined, 1],
}

/**
 * The folder that a call's path begins in where it is relative.
 *
 * @param index - which path of the call: 0 or 1
 * @returns undefined where it is not known
 */
export function folderOf(
  { name, args }: StraceCall,
  index: number,
  { cwd, descriptors }: TracedProcess,
): string | undefined {
  const place = FOLDER_ARGUMENTS[name]?.[index]
  if (place === undefined) return cwd
  // `3</etc>`, `AT_FDCWD</root>` and `3</tmp/x>(deleted)` with -y.
  const [, descriptor = '', shown] = /^(\w+)(?:<(\/.*)>(?:\(deleted\))?)?$/.exec(args[place] ?? '') ?? []
  if (shown !== undefined) return textOfArgument(`"${shown}"`)
  if (descriptor === 'AT_FDCWD') return cwd
  if (!/^\d+$/.test(descriptor)) return undefined
  const known = descriptors.get(Number(descriptor))?.['fd.name']
  return typeof known === 'string' && known.startsWith('/') ? known : undefined
}

/** A path as the kernel's events have it: absolute and without `..`, by text alone; relative where its folder is not known. */
export function pathIn(folder: string | undefined, path: string): string {
  if (folder === undefined && !path.startsWith('/')) return path
  return resolvePath(`${folder ?? ''}/`, path)
}

/** Whether a call made a thread of the caller's own process ("placed in the same thread group", clone(2), CLONE_THREAD). */
export function isThreadOf({ args }: Pick<StraceCall, 'args'>): boolean {
  return args.some((argument) => argument.includes('CLONE_THREAD'))
}
