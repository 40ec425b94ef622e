import type { FileSieve, SieveEntry } from './file-sieve.ts'

/** An opened file as the sensor sees it. */
export interface OpenedPath {
  /** As it was given. */
  readonly path: string
  /** `O_ACCMODE` of the flags. */
  readonly mode: number
  /** For a path that does not begin at the root: whether the folder that it begins in is known to be beside the sieve. */
  readonly isFromBeside: boolean
}

/** What `is_beside` of sensor/bpf/sieve.h finds out. */
export interface Sieved {
  readonly isLeftOut: boolean
  readonly isFolderBeside: boolean
}

/** The sensor's sieve, told again: what it leaves out in the kernel. */
export function sieved({ told, starts, ends }: FileSieve, { path, mode, isFromBeside }: OpenedPath): Sieved {
  const nothing = { isLeftOut: false, isFolderBeside: false }
  const length = Buffer.byteLength(path)
  const isAbsolute = path.startsWith('/')
  if ((told >> mode) & 1 || length < 1 || length > 254) return nothing
  if ((!isAbsolute && !isFromBeside) || !isPlain(path)) return nothing
  if (path === '.') return { isLeftOut: false, isFolderBeside: true }
  const start = longest(starts, path, (text, size) => text.slice(0, size))
  if (start !== undefined && (start.entry.modes >> mode) & 1) return nothing
  const isFolderBeside =
    start === undefined ||
    (start.entry.modes === 0 && !(isAbsolute && start.entry.leads && start.length === path.length))
  const end = longest(ends, `${isAbsolute ? 'x' : '/'}${path}`, (text, size) => text.slice(-size))
  return { isLeftOut: end === undefined || ((end.entry.modes >> mode) & 1) === 0, isFolderBeside }
}

function isPlain(path: string): boolean {
  return (
    !path.includes('..') &&
    (path === '.' || path.split('/').every((part, at) => (part !== '' || at === 0) && part !== '.'))
  )
}

function longest(
  entries: ReadonlyMap<string, SieveEntry>,
  text: string,
  part: (text: string, size: number) => string,
): { entry: SieveEntry; length: number } | undefined {
  for (let length = text.length; length > 0; length--) {
    const entry = entries.get(part(text, length))
    if (entry !== undefined) return { entry, length }
  }
  return undefined
}
