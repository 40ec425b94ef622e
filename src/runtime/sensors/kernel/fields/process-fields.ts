import { spacedTexts, splitTexts } from '../../text.ts'
import type { Descriptor } from '../descriptor.ts'
import type { KernelEvent } from '../kernel-event.ts'
import type { KernelState } from '../kernel-state.ts'
import { EXECUTABLE, type Thread, UNTOLD } from '../thread.ts'
import { nanosecondsBetween } from '../thread-table.ts'
import { ancestor, highestMatching, ofAncestor, ofAncestors } from './ancestors.ts'
import { capabilityNames } from './capabilities.ts'
import { cgroupNames, cgroupOf } from './cgroups.ts'
import { typeNameOf } from './descriptor-kinds.ts'
import { type Extract, type ExtractWith, indexOf, type KernelValue } from './extract.ts'

/** A field of the event's thread. */
function own(read: (thread: Thread, event: KernelEvent) => KernelValue): Extract {
  return (event) => (event.thread === undefined ? undefined : read(event.thread, event))
}

/** A field of what threads of a process share. */
function ofMain(read: (main: Thread) => KernelValue): Extract {
  return ({ state, thread }) => {
    const main = thread === undefined ? undefined : state.mainOf(thread)
    return main === undefined ? undefined : read(main)
  }
}

/** A field of the parent's main thread. */
function ofParent(read: (parent: Thread, event: KernelEvent) => KernelValue): Extract {
  return (event) => {
    const parent = event.thread === undefined ? undefined : ancestor(event.state, event.thread, 1)
    return parent === undefined ? undefined : read(parent, event)
  }
}

/** A field of the leader of a session or of a group of processes. */
function ofLeader(idOf: (thread: Thread) => number, read: (leader: Thread) => KernelValue): Extract {
  return ({ state, thread }) => {
    if (thread === undefined) return undefined
    const id = idOf(thread)
    if (id < 0) return ''
    const leader = leaderOf(state, thread, id, idOf)
    return leader === undefined ? '' : read(leader)
  }
}

/** By convention its pid is the id; where that is of another namespace, or gone, it is the highest ancestor of the same id. */
function leaderOf(
  state: KernelState,
  thread: Thread,
  id: number,
  idOf: (thread: Thread) => number,
): Thread | undefined {
  const isInner = thread.tid !== thread.vtid
  const named = isInner ? undefined : state.threads.get(id)
  return named ?? highestMatching(state, thread, (parent) => idOf(parent) === id)
}

function ofStandard(number: number, read: (descriptor: Descriptor) => KernelValue): Extract {
  return ofMain(({ descriptors }) => {
    const descriptor = descriptors.get(number)
    return descriptor === undefined ? undefined : read(descriptor)
  })
}

const nameOf = ({ name }: Descriptor) => name
const typeOf = ({ kind }: Descriptor) => typeNameOf(kind)

const name = ({ comm }: Thread) => comm
const exe = ({ exe }: Thread) => exe
const exepath = ({ exepath }: Thread) => exepath
const cmdline = ({ cmdline }: Thread) => cmdline
const args = ({ joinedArgs }: Thread) => joinedArgs
const pid = ({ pid }: Thread) => pid
const env = ({ env }: Thread) => spacedTexts(env)

const vpgid = (thread: Thread) => thread.vpgid
const pgid = (thread: Thread) => thread.pgid
const sid = (thread: Thread) => thread.sid

function isExecutable(bit: number): Extract {
  return own(({ exeFlags }) => (exeFlags & bit) !== 0)
}

/** Time since a thread was made; not of those that were there before the capture. */
function age({ startLow, startHigh }: Thread, { timeLow, timeHigh }: KernelEvent): KernelValue {
  if (startHigh === 0) return undefined
  return nanosecondsBetween(startLow, startHigh, timeLow, timeHigh)
}

function startOf({ startLow, startHigh }: Thread): bigint {
  return (BigInt(startHigh) << 32n) | BigInt(startLow)
}

function told(measure: number): KernelValue {
  return measure <= UNTOLD ? undefined : measure
}

function positive(value: bigint | number): KernelValue {
  return value === 0 || value === 0n ? undefined : value
}

const exec = own((thread) =>
  thread.exeInode === 0 || thread.startHigh === 0
    ? undefined
    : positiveDifference(startOf(thread), BigInt(thread.exeChanged)),
)

const beforeNamespace = own(({ exeInode, namespaceStart, exeChanged }) =>
  exeInode === 0 || namespaceStart === 0 || namespaceStart === 0n
    ? undefined
    : positiveDifference(BigInt(namespaceStart), BigInt(exeChanged)),
)

function positiveDifference(later: bigint, earlier: bigint): KernelValue {
  return later > earlier ? later - earlier : undefined
}

/** The pid of the highest of the process and its ancestors that is a shell. */
const loginShell = own((thread, { state }) => {
  let found: number | undefined
  for (let step = 0; step < 256; step++) {
    const each = ancestor(state, thread, step)
    if (each === undefined) break
    if (each.comm.endsWith('sh')) found = each.pid
  }
  return found
})

/** Threads of the process that are alive; of one that has ended, none. */
const threads = own(({ group }) => group?.threads.size ?? 0)
const otherThreads = own(({ group, pid }) => {
  let others = 0
  for (const thread of group?.threads ?? []) if (thread.tid !== pid) others++
  return others
})

function valueOfVariable(env: string, name: string): string | undefined {
  const start = `${name}=`
  for (const variable of splitTexts(env)) if (variable.startsWith(start)) return variable.slice(start.length)
  return undefined
}

/** Fields without an argument. */
export const PROCESS_EXTRACTS: Readonly<Record<string, Extract>> = {
  'proc.exe': own(exe),
  'proc.pexe': ofParent(exe),
  'proc.aexe': ofAncestors(exe),
  'proc.exepath': own(exepath),
  'proc.pexepath': ofParent(exepath),
  'proc.aexepath': ofAncestors(exepath),
  'proc.name': own(name),
  'proc.pname': ofParent(name),
  'proc.aname': ofAncestors(name),
  'proc.args': own(args),
  'proc.aargs': ofAncestors(args),
  'proc.cmdline': own(cmdline),
  'proc.pcmdline': ofParent(cmdline),
  'proc.acmdline': ofAncestors(cmdline),
  'proc.cmdnargs': own(({ args }) => splitTexts(args).length),
  'proc.cmdlenargs': own(({ args }) => splitTexts(args).join('').length),
  'proc.exeline': own((thread) => `${thread.exe} ${thread.joinedArgs}`),
  'proc.env': ofMain(env),
  'proc.aenv': ofAncestors(env),
  'proc.cwd': ofMain(({ cwd }) => cwd),
  'proc.loginshellid': loginShell,
  'proc.tty': own(({ tty }) => tty),
  'proc.pid': own(pid),
  'proc.ppid': own(({ ptid }, { state, thread }) => {
    const parent = thread === undefined ? undefined : ancestor(state, thread, 1)
    return parent === undefined ? undefined : ptid
  }),
  'proc.apid': ofAncestors(pid),
  'proc.vpid': own(({ vpid }) => (vpid < 0 ? undefined : vpid)),
  'proc.pvpid': ofParent(({ vpid }) => vpid),
  'proc.sid': own(sid),
  'proc.sname': ofLeader(sid, name),
  'proc.sid.exe': ofLeader(sid, exe),
  'proc.sid.exepath': ofLeader(sid, exepath),
  'proc.pgid': own(pgid),
  'proc.pgid.name': ofLeader(pgid, name),
  'proc.pgid.exe': ofLeader(pgid, exe),
  'proc.pgid.exepath': ofLeader(pgid, exepath),
  'proc.vpgid': own(vpgid),
  'proc.vpgid.name': ofLeader(vpgid, name),
  'proc.vpgid.exe': ofLeader(vpgid, exe),
  'proc.vpgid.exepath': ofLeader(vpgid, exepath),
  'proc.duration': own(age),
  'proc.ppid.duration': ofParent(age),
  'proc.pid.ts': own((thread) => (thread.startHigh === 0 ? undefined : startOf(thread))),
  'proc.ppid.ts': ofParent((parent) => startOf(parent)),
  'proc.is_exe_writable': isExecutable(EXECUTABLE.writable),
  'proc.is_exe_upper_layer': isExecutable(EXECUTABLE.upperLayer),
  'proc.is_exe_lower_layer': isExecutable(EXECUTABLE.lowerLayer),
  'proc.is_exe_from_memfd': isExecutable(EXECUTABLE.memory),
  'proc.is_sid_leader': own(({ sid, vpid }) => sid === vpid),
  'proc.is_pgid_leader': own(({ pgid, pid }) => pgid === pid),
  'proc.is_vpgid_leader': own(({ vpgid, vpid }) => vpgid === vpid),
  'proc.exe_ino': own(({ exeInode }) => positive(exeInode)),
  'proc.exe_ino.ctime': own(({ exeChanged }) => positive(exeChanged)),
  'proc.exe_ino.mtime': own(({ exeModified }) => positive(exeModified)),
  'proc.exe_ino.ctime_duration_proc_start': exec,
  'proc.exe_ino.ctime_duration_pidns_start': beforeNamespace,
  'proc.pidns_init_start_ts': own(({ namespaceStart }) => positive(namespaceStart)),
  'proc.fdopencount': ofMain(({ descriptors, isPlaceholder }) => (isPlaceholder ? 0 : descriptors.size)),
  'proc.fdlimit': own(({ fdlimit }) => fdlimit),
  'proc.fdusage': own(({ fdlimit }, { state, thread }) => {
    const main = thread === undefined ? undefined : state.mainOf(thread)
    if (main === undefined || fdlimit < 0) return undefined
    return fdlimit === 0 ? '0.0' : ((main.descriptors.size / fdlimit) * 100).toFixed(1)
  }),
  'proc.vmsize': own(({ memory }) => memory),
  'proc.vmrss': own(({ residentMemory }) => told(residentMemory)),
  'proc.vmswap': own(({ swap }) => told(swap)),
  'proc.nthreads': threads,
  'proc.nchilds': otherThreads,
  'proc.stdin.name': ofStandard(0, nameOf),
  'proc.stdin.type': ofStandard(0, typeOf),
  'proc.stdout.name': ofStandard(1, nameOf),
  'proc.stdout.type': ofStandard(1, typeOf),
  'proc.stderr.name': ofStandard(2, nameOf),
  'proc.stderr.type': ofStandard(2, typeOf),
  'thread.cap_permitted': own(({ capPermitted }) => capabilityNames(capPermitted)),
  'thread.cap_inheritable': own(({ capInheritable }) => capabilityNames(capInheritable)),
  'thread.cap_effective': own(({ capEffective }) => capabilityNames(capEffective)),
  'thread.pfmajor': own(({ majorFaults }) => majorFaults),
  'thread.pfminor': own(({ minorFaults }) => minorFaults),
  'thread.tid': ({ tid }) => tid,
  'thread.ismain': own((thread) => thread.isMain()),
  'thread.vtid': own(({ vtid }) => (vtid < 0 ? undefined : vtid)),
  'thread.nametid': own(({ comm, tid }) => `${comm}${tid}`),
  'thread.cgroups': own(({ cgroups }) => cgroupNames(cgroups)),
  'thread.vmsize': own(({ memory }) => memory),
  'thread.vmrss': own(({ residentMemory }) => told(residentMemory)),
  'thread.vmsize.b': own(({ memory }) => memory * 1024),
  'thread.vmrss.b': own(({ residentMemory }) => told(residentMemory * 1024)),
}

/** Fields with an argument. */
export const PROCESS_EXTRACTS_WITH: Readonly<Record<string, ExtractWith>> = {
  'proc.aexe': ofAncestor(exe),
  'proc.aexepath': ofAncestor(exepath),
  'proc.aname': ofAncestor(name),
  'proc.aargs': ofAncestor(args),
  'proc.acmdline': ofAncestor(cmdline),
  'proc.apid': ofAncestor(pid),
  'proc.args': (argument) => own(({ args }) => splitTexts(args)[indexOf(argument)]),
  'proc.env': (argument) => ofMain(({ env }) => valueOfVariable(env, argument)),
  'proc.aenv': (argument) =>
    /^\d+$/.test(argument)
      ? ofAncestor(env)(argument)
      : ofAncestors(({ env }) => valueOfVariable(env, argument)),
  'thread.cgroup': (argument) => own(({ cgroups }) => cgroupOf(cgroups, argument)),
}
