import type { EventView } from './event-view.ts'

const OPENS: ReadonlySet<string> = new Set(['open', 'openat', 'openat2', 'creat'])
const CHANGES: ReadonlySet<string> = new Set(
  `
mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat
chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat mknod mknodat
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
  /**
   * Whether they were there before: `yes` of what is opened, and not to be made; `unless-told` of what the call may have made,
   * and did not, if the source is one that tells.
   */
  readonly existed: 'yes' | 'unless-told' | 'no'
  /** Those of the paths that have to be there for the call to succeed. */
  readonly needed: readonly string[]
  /** Empty where the event does not tell. */
  readonly paths: readonly string[]
}

const MOVES: ReadonlySet<string> = new Set(['rename', 'renameat', 'renameat2', 'link', 'linkat'])

/** The two names of a file that a call which succeeded gave another one: both are of one file system (rename(2), link(2)). */
export function movedFile(view: EventView): readonly [string, string] | undefined {
  return MOVES.has(view.type) ? [view.text('fs.path.source'), view.text('fs.path.target')] : undefined
}

/** @returns undefined for an event that is about no file in these ways */
export function touchedFiles(view: EventView): TouchedFiles | undefined {
  if (OPENS.has(view.type)) {
    const isWrite = view.flag('evt.is_open_write') || view.type === 'creat'
    const existed = existedBefore(view)
    const paths = [view.text('fd.name')]
    return { isRead: !isWrite, existed, needed: existed === 'yes' ? paths : [], paths }
  }
  if (!CHANGES.has(view.type)) return undefined
  const fields = PATHS_OF[view.type] ?? ['fs.path.name', 'fs.path.source', 'fs.path.target']
  const needed = NEEDED.find(([types]) => types.test(view.type))?.[1] ?? []
  const texts = (of: readonly string[]) => of.map((field) => view.text(field))
  return { isRead: false, existed: 'no', needed: texts(needed), paths: texts(fields) }
}

/** Of link(2) the fields of paths call the new name the source (libs, sinsp_filtercheck_fspath.cpp). */
const NEEDED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(?:f|l)?ch(?:mod|own)(?:at)?$/, ['fs.path.name']],
  [/^rename/, ['fs.path.source']],
  [/^link/, ['fs.path.target']],
]

/**
 * What symlink(2) makes is the source; nothing is done to the target, which need not even be there. Of mknod(2) the fields of
 * paths do not tell (libs, sinsp_filtercheck_fspath.cpp).
 */
const PATHS_OF: Readonly<Record<string, readonly string[]>> = {
  symlink: ['fs.path.source'],
  symlinkat: ['fs.path.source'],
  mknod: ['evt.arg.path'],
  mknodat: ['evt.arg.path'],
}

function existedBefore(view: EventView): TouchedFiles['existed'] {
  const flags = view.text('evt.arg.flags')
  if (flags === '' || /\bO_(?:TMPFILE|F_CREATED)\b/.test(flags)) return 'no'
  return /\bO_CREAT\b/.test(flags) ? 'unless-told' : 'yes'
}
