import { EVENT_TYPES, eventNumber, parameterIndex } from '../../schema/event-types.ts'
import { DESCRIPTOR, Descriptor } from '../descriptor.ts'
import { EventBytes } from '../event-bytes.ts'
import type { KernelEvent } from '../kernel-event.ts'
import type { KernelState } from '../kernel-state.ts'
import { isRelative, resolvePath } from '../paths.ts'
import { keepEntered } from './entered.ts'
import type { Transition } from './transition.ts'

const CURRENT_FOLDER = -100
const O_DIRECTORY = 1024
const O_CLOEXEC = 4096
/** Flags that the kernel adds: `O_F_CREATED` and those above it. */
const ADDED_FLAGS = ~0x3fff
const UPPER_LAYER = 32_768
const LOWER_LAYER = 65_536

/** Where the parameters of a call that opens a file stand; −1 for those that it does not have. */
interface OpenCall {
  readonly folder: number
  readonly path: number
  readonly flags: number
  /** Of creat(2), which has no flags: in which layer of an overlay the file is. */
  readonly layer: number
  readonly device: number
  readonly inode: number
}

function openCall(symbol: string): OpenCall {
  const type = EVENT_TYPES[eventNumber(symbol)]
  if (type === undefined) throw new TypeError(symbol)
  const index = (name: string) => parameterIndex(type, name)
  return {
    folder: index('dirfd'),
    path: Math.max(index('name'), index('path')),
    flags: index('flags'),
    layer: index('creat_flags'),
    device: index('dev'),
    inode: index('ino'),
  }
}

const entered = new EventBytes()

/** A call that opens a file; what its enter event said of path and flags, which nobody could change since, goes first. */
function opens(symbol: string): Transition {
  const exit = openCall(symbol)
  const enterSymbol = symbol.replace(/_X$/, '_E')
  const enter = openCall(enterSymbol)
  const enterNumber = eventNumber(enterSymbol)
  return (state, event) => {
    const { thread } = event
    if (thread === undefined) return
    const number = event.int64(0, -1)
    let call = exit
    let source: EventBytes = event
    let flags = exit.flags < 0 ? 0 : event.uint32(exit.flags)
    if (thread.entered !== undefined) {
      const bytes = thread.entered
      thread.entered = undefined
      if (
        entered.moveTo(bytes, 0, bytes.length) &&
        entered.type.number === enterNumber &&
        entered.has(enter.path)
      ) {
        call = enter
        source = entered
        if (enter.flags >= 0) flags = entered.uint32(enter.flags) | (flags & ADDED_FLAGS)
      }
    }
    if (number < 0) return
    if (exit.layer >= 0) flags |= layerOf(event.uint16(exit.layer))
    const raw = source.path(call.path)
    const { isPlain } = source
    const folder = isRelative(raw)
      ? folderOf(state, event, call.folder < 0 ? CURRENT_FOLDER : source.int64(call.folder, CURRENT_FOLDER))
      : ''
    const kind = (flags & O_DIRECTORY) === 0 ? DESCRIPTOR.fileWithFlags : DESCRIPTOR.directory
    const descriptor = new Descriptor(kind, resolvePath(folder, raw, isPlain))
    descriptor.rawName = raw
    descriptor.flags = flags
    descriptor.closesOnExec = (flags & O_CLOEXEC) !== 0
    if (exit.device >= 0) descriptor.device = event.uint32(exit.device)
    if (exit.inode >= 0) descriptor.inode = event.uint64(exit.inode)
    event.nameChanged = true
    state.open(event, number, descriptor)
  }
}

/** `FD_UPPER_LAYER_CREAT` and `FD_LOWER_LAYER_CREAT` as the flags that other calls have for it. */
function layerOf(creatFlags: number): number {
  if ((creatFlags & 1) !== 0) return UPPER_LAYER
  return (creatFlags & 2) !== 0 ? LOWER_LAYER : 0
}

/** The folder that a relative path starts from, with a slash at its end. */
export function folderOf(state: KernelState, { thread }: KernelEvent, descriptor: number): string {
  if (thread === undefined) return '<UNKNOWN>'
  if (descriptor === CURRENT_FOLDER) return state.mainOf(thread)?.cwd ?? './'
  const folder = state.descriptorOf(thread, descriptor)
  if (folder === undefined) return '<UNKNOWN>'
  return folder.name.endsWith('/') ? folder.name : `${folder.name}/`
}

export const FILES: Readonly<Record<string, Transition>> = {
  SYSCALL_OPEN_E: keepEntered,
  SYSCALL_CREAT_E: keepEntered,
  SYSCALL_OPENAT_2_E: keepEntered,
  SYSCALL_OPENAT2_E: keepEntered,
  SYSCALL_OPEN_X: opens('SYSCALL_OPEN_X'),
  SYSCALL_CREAT_X: opens('SYSCALL_CREAT_X'),
  SYSCALL_OPENAT_2_X: opens('SYSCALL_OPENAT_2_X'),
  SYSCALL_OPENAT2_X: opens('SYSCALL_OPENAT2_X'),
  SYSCALL_OPEN_BY_HANDLE_AT_X: opens('SYSCALL_OPEN_BY_HANDLE_AT_X'),
}
