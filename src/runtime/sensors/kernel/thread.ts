import type { Buffer } from 'node:buffer'
import { spacedTexts } from '../text.ts'
import { ownerOfControlGroups } from './control-group-owner.ts'
import { DescriptorTable } from './descriptor.ts'
import type { SmallSet } from './small-set.ts'

/** Of a measure that no event has told of. */
export const UNTOLD = -1

/** No user, no group, no login: what libs has as `(uint32_t) -1`. */
export const NOBODY = 0xffffffff

/** What an executable is, by the bits of `execve`'s `flags`. */
export const EXECUTABLE = { writable: 1, upperLayer: 2, memory: 4, lowerLayer: 8 } as const

/** The threads of a process. */
export interface ThreadGroup {
  readonly pid: number
  readonly threads: SmallSet<Thread>
  /** Whether it has taken over orphans: the init of a container, a subreaper. */
  isReaper: boolean
}

/**
 * A thread, and what it is known by. Of a process with several threads the main one, whose tid is the pid, has the working
 * directory, the environment and the descriptors of all.
 */
export class Thread {
  readonly tid: number
  pid: number
  /** The parent; −1 where it is not known. */
  ptid = -1
  sid = -1
  pgid = -1
  vtid = -1
  vpid = -1
  vpgid = -1
  comm = ''
  exe = ''
  exepath = ''
  uid = NOBODY
  gid = NOBODY
  loginuid = NOBODY
  tty = 0
  root = '/'
  fdlimit = -1
  memory = 0
  /** Kilobytes, as `memory`; UNTOLD where the event of its program left it out. */
  residentMemory = 0
  swap = 0
  majorFaults = 0
  minorFaults = 0
  /** Bits of `EXECUTABLE`. */
  exeFlags = 0
  exeInode = 0
  exeChanged: bigint | number = 0
  exeModified: bigint | number = 0
  namespaceStart: bigint | number = 0
  capInheritable = 0n
  capPermitted = 0n
  capEffective = 0n
  /** When it was made, nanoseconds since 1970 in two halves; 0 where it was there before. */
  startLow = 0
  startHigh = 0
  /** When its last execve was, or its start. */
  execLow = 0
  execHigh = 0
  /** Arguments but the first, and control groups: texts in a row, each with its NUL. */
  args = ''
  cgroups = ''
  env = ''
  cwd = './'
  descriptors = new DescriptorTable()
  /** It was not in the process list, nor made by any event. */
  isPlaceholder = false
  isDead = false
  /** The child told of itself before its parent did. */
  isInverted = false
  group: ThreadGroup | undefined
  children: SmallSet<Thread> | undefined
  /** The bytes of an enter event whose exit event is awaited. */
  entered: Buffer | undefined

  private commandLine: string | undefined
  private argumentLine: string | undefined
  private containerName: string | undefined
  private ofCgroups = ''

  constructor(tid: number, pid: number) {
    this.tid = tid
    this.pid = pid
  }

  /** `proc.cmdline`: the name, not the path, and the arguments. */
  get cmdline(): string {
    if (this.commandLine === undefined) {
      const args = this.joinedArgs
      this.commandLine = args === '' ? this.comm : `${this.comm} ${args}`
    }
    return this.commandLine
  }

  get joinedArgs(): string {
    this.argumentLine ??= spacedTexts(this.args)
    return this.argumentLine
  }

  /** The program has changed. */
  setProgram(comm: string, args: string): void {
    this.comm = comm
    this.args = args
    this.commandLine = undefined
    this.argumentLine = undefined
  }

  /** Takes over control groups; where another thread has the same ones, what is known of them as well. */
  setCgroups(cgroups: string, other: Thread | undefined): void {
    if (other === undefined || other.cgroups !== cgroups) {
      this.cgroups = cgroups
      return
    }
    this.cgroups = other.cgroups
    this.containerName = other.containerName
    this.ofCgroups = other.ofCgroups
  }

  /** `container.id`: twelve digits, or `host`. */
  get containerId(): string {
    if (this.containerName === undefined || this.ofCgroups !== this.cgroups) {
      this.containerName = containerIdOf(this.cgroups)
      this.ofCgroups = this.cgroups
    }
    return this.containerName
  }

  isMain(): boolean {
    return this.tid === this.pid
  }
}

const known = new Map<string, string>()
const MOST_KNOWN = 10_000

/** The id of the container in a control group's path, or `host`. */
function containerIdOf(cgroups: string): string {
  const found = known.get(cgroups)
  if (found !== undefined) return found
  if (known.size >= MOST_KNOWN) known.clear()
  const id = ownerOfControlGroups(cgroups).containerId?.slice(0, 12) ?? 'host'
  known.set(cgroups, id)
  return id
}
