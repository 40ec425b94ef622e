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
  /** Empty where the event does not tell. */
  readonly paths: readonly string[]
}

/** @returns undefined for an event that is about no file in these ways */
export function touchedFiles(view: EventView): TouchedFiles | undefined {
  if (OPENS.has(view.type)) {
    const isWrite = view.flag('evt.is_open_write') || view.type === 'creat'
    return { isRead: !isWrite, paths: [view.text('fd.name')] }
  }
  if (!CHANGES.has(view.type)) return undefined
  const paths = ['fs.path.name', 'fs.path.source', 'fs.path.target'].map((field) => view.text(field))
  return { isRead: false, paths }
}
