import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { reasonOf } from '../../../messages/index.ts'

/** A file that a log was once written to. */
export interface RotatedFile {
  readonly path: string
  readonly compressed: boolean
}

/**
 * The older files of a log, the oldest first: as the API server's `--audit-log-maxbackup` leaves them
 * (`audit-2026-01-02T03-04-05.000.log`, with `--audit-log-compress` also `.log.gz`), and as logrotate does
 * (`audit.log.2.gz`, `audit.log-20260102`).
 *
 * @param path - the file that is written to now
 * @returns empty where there are none, or no such folder
 * @throws Error of the operating system where it does not list the folder: older files may be there all the same
 */
export async function rotatedFiles(path: string): Promise<readonly RotatedFile[]> {
  const folder = dirname(path)
  const names = await readdir(folder).catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return []
    throw error
  })
  const order = orderOf(basename(path))
  const found = names.flatMap((name) => {
    const age = order(name)
    return age === undefined ? [] : [{ name, age }]
  })
  // While a file is being compressed both forms are there, and the compressed one is not complete.
  const plain = new Set(found.map(({ name }) => name).filter((name) => !name.endsWith('.gz')))
  return found
    .filter(({ name }) => !name.endsWith('.gz') || !plain.has(name.slice(0, -'.gz'.length)))
    .sort((a, b) => (a.age < b.age ? -1 : 1))
    .map(({ name }) => ({ path: join(folder, name), compressed: name.endsWith('.gz') }))
}

/**
 * Puts files in the order in which they were written, as far as their names tell: the files of one set where the
 * first of them stands, its current file last. Others stay where they are.
 */
export function inTimeOrder(paths: readonly string[]): readonly string[] {
  const sets = new Map<string, { path: string; age: string }[]>()
  for (const path of paths) {
    const { current, age } = setOf(path)
    const key = join(dirname(path), current)
    sets.set(key, [...(sets.get(key) ?? []), { path, age }])
  }
  return [...sets.values()].flatMap((set) =>
    set.sort((a, b) => (a.age < b.age ? -1 : a.age > b.age ? 1 : 0)).map(({ path }) => path),
  )
}

const LUMBERJACK_TIME = String.raw`\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}`
const LUMBERJACK = new RegExp(`^(.*)-(${LUMBERJACK_TIME})(\\.[^.]*)?$`)
const NUMBERED = /^(.+)\.(\d{1,6})$/
const DATED = /^(.+)-(\d{8}(?:[-_]?\d{2,10})?)$/

/** Behind the times of all older files. */
const CURRENT = '~'

/** @returns the name of the set's current file; texts that sort as the files were written */
function setOf(path: string): { readonly current: string; readonly age: string } {
  const name = basename(path).replace(/\.gz$/, '')
  const lumberjack = LUMBERJACK.exec(name)
  if (lumberjack !== null)
    return { current: `${lumberjack[1]}${lumberjack[3] ?? ''}`, age: lumberjack[2] ?? '' }
  const numbered = NUMBERED.exec(name)
  // The higher the number, the older; all numbered files are older than none.
  if (numbered !== null)
    return { current: numbered[1] ?? '', age: `${999_999 - Number(numbered[2])}`.padStart(6, '0') }
  const dated = DATED.exec(name)
  if (dated !== null) return { current: dated[1] ?? '', age: dated[2] ?? '' }
  return { current: name, age: CURRENT }
}

function orderOf(current: string): (name: string) => string | undefined {
  const stem = extname(current) === '' ? current : current.slice(0, -extname(current).length)
  return (name) => {
    if (!name.startsWith(stem)) return undefined
    const { current: of, age } = setOf(name)
    return of === current && age !== CURRENT ? age : undefined
  }
}
