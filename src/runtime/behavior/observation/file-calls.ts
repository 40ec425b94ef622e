import type { EventView } from './event-view.ts'

const OPENS: ReadonlySet<string> = new Set(['open', 'openat', 'openat2', 'creat'])
const CHANGES: ReadonlySet<string> = new Set(
  `
mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat
chmod fchmod fchmodat chown lchown fchown fchownat mknod mknodat
`
    .trim()
    .split(/\s+/),
)

/** Types of events that tell of files which are opened, made, changed or removed. */
export const FILE_EVENTS: ReadonlySet<string> = new Set([...OPENS, ...CHANGES])

/** The files that a call which succeeded was about. */
export interface TouchedFiles {
  /** Whether they were opened to read only. */
  readonly isRead: boolean
  /** Whether they were there before for certain: what is opened, and not to be made. */
  readonly existed: boolean
  /** Empty where the event does not tell. */
  readonly paths: readonly string[]
}

/** @returns undefined for an event that is about no file in these ways */
export function touchedFiles(view: EventView): TouchedFiles | undefined {
  if (OPENS.has(view.type)) {
    const isWrite = view.flag('evt.is_open_write') || view.type === 'creat'
    const flags = view.text('evt.arg.flags')
    const existed = flags !== '' && !/\bO_(?:CREAT|TMPFILE)\b/.test(flags)
    return { isRead: !isWrite, existed, paths: [view.text('fd.name')] }
  }
  if (!CHANGES.has(view.type)) return undefined
  const fields = SYMBOLIC.has(view.type)
    ? ['fs.path.source']
    : ['fs.path.name', 'fs.path.source', 'fs.path.target']
  return { isRead: false, existed: false, paths: fields.map((field) => view.text(field)) }
}

/** What they make is the source; nothing is done to the target, which need not even be there (symlink(2)). */
const SYMBOLIC: ReadonlySet<string> = new Set(['symlink', 'symlinkat'])
