import { readFileSync, readlinkSync } from 'node:fs'
import { ownerOfControlGroups } from '../kernel/control-group-owner.ts'
import type { SensedValue } from '../syscall-events.ts'

/** What is known of a process. */
export interface KnownProcess {
  readonly pid: number
  /** Its number in its own pid namespace; undefined where it was gone before it could be asked. */
  vpid: number | undefined
  ppid: number
  name: string
  exepath: string
  /** Whether the program is a memory file. */
  isFromMemory: boolean
  args: readonly string[]
  uid: number
  /** As logged in, -1 for nobody; undefined where /proc was not asked in time. */
  loginuid: number | undefined
  cwd: string
  containerId: string
}

/** Processes at once, at most: those that were seen first are forgotten. */
const MOST_PROCESSES = 100_000
const MOST_GONE = 10_000
/** Ancestors that rules can ask for one by one. */
const MOST_ANCESTORS = 7
/** The kernel cuts names of programs to so many bytes. */
const LONGEST_NAME = 15

/**
 * Processes by their numbers, as /proc shows them and as events change them. A process that has ended before it was looked at
 * is known by its events alone.
 */
export class KnownProcesses {
  private readonly byPid = new Map<number, KnownProcess>()
  /** Those that /proc did not have when it was asked: it is not asked for each of their events. */
  private readonly gone = new Set<number>()

  get size(): number {
    return this.byPid.size
  }

  of(pid: number): KnownProcess | undefined {
    const known = this.byPid.get(pid)
    if (known !== undefined) return known
    if (this.gone.has(pid)) return undefined
    const read = readProcess(pid)
    if (read !== undefined) this.put(read)
    else {
      if (this.gone.size >= MOST_GONE) this.gone.clear()
      this.gone.add(pid)
    }
    return read
  }

  fork(ppid: number, pid: number): void {
    this.gone.delete(pid)
    const parent = this.of(ppid)
    if (parent !== undefined) this.put({ ...parent, pid, ppid, vpid: undefined })
  }

  /** @param args - as the call had them; what /proc says is more, where it still can be asked */
  execute(pid: number, uid: number, path: string, args: readonly string[]): KnownProcess {
    const before = this.byPid.get(pid)
    const read = readProcess(pid)
    const name = path.slice(path.lastIndexOf('/') + 1).slice(0, LONGEST_NAME)
    const isOfThisProgram = read !== undefined && read.name === name && read.args.length >= args.length
    const known: KnownProcess = isOfThisProgram
      ? read
      : {
          pid,
          vpid: read?.vpid,
          isFromMemory: read?.exepath.startsWith(MEMORY_FILE) ?? false,
          ppid: read?.ppid ?? before?.ppid ?? 0,
          name,
          exepath: path,
          args,
          uid,
          loginuid: read?.loginuid ?? before?.loginuid,
          cwd: read?.cwd ?? before?.cwd ?? '',
          containerId: read?.containerId ?? before?.containerId ?? 'host',
        }
    this.put(known)
    return known
  }

  end(pid: number): void {
    this.byPid.delete(pid)
  }

  /** Fields of rules about the process and its ancestors. */
  fields(process: KnownProcess): Record<string, SensedValue> {
    const [exe = process.name, ...rest] = process.args
    const fields: Record<string, SensedValue> = {
      'proc.pid': process.pid,
      'proc.ppid': process.ppid,
      'proc.name': process.name,
      'proc.exe': exe,
      'proc.exepath': process.exepath,
      'proc.args': rest.join(' '),
      'proc.cmdline': [process.name, ...rest].join(' '),
      // As libs writes it, which rules compare the beginning of: `proc.cwd startswith "/dev/shm/"`.
      'proc.cwd': process.cwd === '' || process.cwd.endsWith('/') ? process.cwd : `${process.cwd}/`,
      'user.uid': process.uid,
      'container.id': process.containerId,
      'proc.is_exe_from_memfd': process.isFromMemory,
    }
    if (process.vpid !== undefined) fields['proc.vpid'] = process.vpid
    if (process.loginuid !== undefined) fields['user.loginuid'] = process.loginuid
    if (process.uid === 0) fields['user.name'] = 'root'
    const names: string[] = []
    for (let parent = this.of(process.ppid); parent !== undefined && names.length < MOST_ANCESTORS; ) {
      if (names.length === 0) {
        fields['proc.pname'] = parent.name
        if (parent.vpid !== undefined) fields['proc.pvpid'] = parent.vpid
        fields['proc.pexepath'] = parent.exepath
        fields['proc.pcmdline'] = [parent.name, ...parent.args.slice(1)].join(' ')
      }
      names.push(parent.name)
      fields[`proc.aname[${names.length}]`] = parent.name
      parent = parent.ppid > 0 && parent.ppid !== parent.pid ? this.of(parent.ppid) : undefined
    }
    if (names.length > 0) fields['proc.aname'] = names
    return fields
  }

  /** What is known now takes the place of what was. */
  put(process: KnownProcess): void {
    this.gone.delete(process.pid)
    if (!this.byPid.has(process.pid) && this.byPid.size >= MOST_PROCESSES) {
      const [oldest] = this.byPid.keys()
      if (oldest !== undefined) this.byPid.delete(oldest)
    }
    this.byPid.set(process.pid, process)
  }
}

/** How /proc names the program of a process that is a memory file, behind which stands the file's name. */
const MEMORY_FILE = '/memfd:'

/** @returns undefined where it has ended, or has no program (a thread of the kernel) */
export function readProcess(pid: number): KnownProcess | undefined {
  const folder = `/proc/${pid}`
  try {
    const stat = readFileSync(`${folder}/stat`, 'utf8')
    const end = stat.lastIndexOf(')')
    const args = readFileSync(`${folder}/cmdline`, 'utf8').split('\0').slice(0, -1)
    const status = readFileSync(`${folder}/status`, 'utf8')
    const exe = linkOf(`${folder}/exe`)
    return {
      pid,
      vpid: Number(/^NSpid:.*?(\d+)$/m.exec(status)?.[1] ?? pid),
      ppid: Number(stat.slice(end + 2).split(' ')[1]),
      name: stat.slice(stat.indexOf('(') + 1, end),
      exepath: exe.replace(/ \(deleted\)$/, ''),
      isFromMemory: exe.startsWith(MEMORY_FILE),
      args,
      uid: Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? 0),
      loginuid: loginOf(folder),
      cwd: linkOf(`${folder}/cwd`),
      containerId:
        ownerOfControlGroups(readFileSync(`${folder}/cgroup`, 'utf8')).containerId?.slice(0, 12) ?? 'host',
    }
  } catch {
    return undefined
  }
}

/** 4294967295 is nobody; a kernel that audits nothing (CONFIG_AUDIT) has no such file. */
function loginOf(folder: string): number {
  try {
    return Number(readFileSync(`${folder}/loginuid`, 'utf8')) | 0
  } catch {
    return -1
  }
}

/** Threads of the kernel have none; those of others cannot be read by everybody. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
