import { parameterIndex } from '../../schema/event-types.ts'
import type { KernelEvent } from '../kernel-event.ts'
import { isRelative, resolvePath } from '../paths.ts'
import { folderOf } from '../transitions/files.ts'
import type { Extract } from './extract.ts'

/** Which parameters are the path, or the source and the target, of a call on the file system. */
interface PathCall {
  readonly path?: string
  readonly source?: string
  readonly target?: string
}

const NAME: PathCall = { path: 'name' }
const PATH: PathCall = { path: 'path' }
const FILENAME: PathCall = { path: 'filename' }
/** The path is that of the descriptor. */
const OF_DESCRIPTOR: PathCall = { path: '' }
const RENAME: PathCall = { source: 'oldpath', target: 'newpath' }
const LINK: PathCall = { source: 'newpath', target: 'oldpath' }
const SYMLINK: PathCall = { source: 'linkpath', target: 'target' }

/** libs, sinsp_filtercheck_fspath.cpp */
const CALLS: Readonly<Record<string, PathCall>> = {
  SYSCALL_MKDIR_2_X: PATH,
  SYSCALL_MKDIRAT_X: PATH,
  SYSCALL_RMDIR_2_X: PATH,
  SYSCALL_UNLINK_2_X: PATH,
  SYSCALL_UNLINKAT_2_X: NAME,
  SYSCALL_OPEN_X: NAME,
  SYSCALL_OPENAT_2_X: NAME,
  SYSCALL_OPENAT2_X: NAME,
  SYSCALL_FCHMODAT_X: FILENAME,
  SYSCALL_CHMOD_X: FILENAME,
  SYSCALL_FCHMOD_X: OF_DESCRIPTOR,
  SYSCALL_CHOWN_X: PATH,
  SYSCALL_LCHOWN_X: PATH,
  SYSCALL_FCHOWN_X: OF_DESCRIPTOR,
  SYSCALL_FCHOWNAT_X: { path: 'pathname' },
  SYSCALL_QUOTACTL_X: { path: 'special' },
  SYSCALL_RENAME_X: RENAME,
  SYSCALL_RENAMEAT_X: RENAME,
  SYSCALL_RENAMEAT2_X: RENAME,
  SYSCALL_LINK_2_X: LINK,
  SYSCALL_LINKAT_2_X: LINK,
  SYSCALL_SYMLINK_X: SYMLINK,
  SYSCALL_SYMLINKAT_X: SYMLINK,
  SYSCALL_MOUNT_X: { source: 'dev', target: 'dir' },
  SYSCALL_UMOUNT_1_X: NAME,
  SYSCALL_UMOUNT2_X: NAME,
}

/** Opening tells of paths even where it fails, but for one error (−1, EPERM); all other calls only where they succeed. */
function hasPath(event: KernelEvent): boolean {
  const result = event.int64(0, -1)
  return event.type.parameters[0]?.name === 'fd' ? result !== -1 : result === 0
}

function rawPath(event: KernelEvent, part: keyof PathCall): { raw: string; index: number } | undefined {
  const parameter = CALLS[event.type.symbol]?.[part]
  if (parameter === undefined || !hasPath(event)) return undefined
  if (parameter === '') {
    const raw = event.descriptor?.name
    return raw === undefined ? undefined : { raw, index: -1 }
  }
  const index = parameterIndex(event.type, parameter)
  return event.has(index) ? { raw: event.text(index), index } : undefined
}

function raw(part: keyof PathCall): Extract {
  return (event) => rawPath(event, part)?.raw
}

/** The path, from where it starts on. */
function resolved(part: keyof PathCall): Extract {
  return (event) => {
    const found = rawPath(event, part)
    if (found === undefined || found.raw === '') return found?.raw
    if (!isRelative(found.raw)) return resolvePath('', found.raw)
    const directory = event.type.parameters[found.index]?.directory ?? -1
    // What a call that failed was about is not told (libs resolves such paths by the new descriptor's name).
    if (event.int64(0, -1) < 0 && directory >= 0) return '<UNKNOWN>'
    const start = directory < 0 ? -100 : event.int64(directory, -100)
    return resolvePath(folderOf(event.state, event, start), found.raw)
  }
}

export const PATH_EXTRACTS: Readonly<Record<string, Extract>> = {
  'fs.path.name': resolved('path'),
  'fs.path.nameraw': raw('path'),
  'fs.path.source': resolved('source'),
  'fs.path.sourceraw': raw('source'),
  'fs.path.target': resolved('target'),
  'fs.path.targetraw': raw('target'),
}
