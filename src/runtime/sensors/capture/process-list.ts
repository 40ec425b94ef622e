import { DescriptorTable } from '../kernel/descriptor.ts'
import type { KernelState } from '../kernel/kernel-state.ts'
import { withoutDeleted } from '../kernel/paths.ts'
import { EXECUTABLE, Thread } from '../kernel/thread.ts'
import type { RecordReader } from './records.ts'

/**
 * Reads a list of processes, each thread a record, into the state.
 *
 * @param version of the list, 1 to 9; each has more than the one before
 */
export function readProcessList(reader: RecordReader, version: number, state: KernelState): void {
  const share = createShares()
  while (reader.hasMore) {
    const start = reader.at
    const leave = version === 9 ? reader.enter(reader.uint32(), start) : () => {}
    const thread = readProcess(reader, version, share)
    if (version === 9) readTail(reader, thread)
    leave()
    state.threads.add(thread)
  }
}

/** Most processes of a machine have their paths and control groups in common with others: one text for all of them. */
function createShares(): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size < MOST_SHARED) known.set(text, text)
    return text
  }
}

const MOST_SHARED = 10_000

function readProcess(reader: RecordReader, version: number, share: (text: string) => string): Thread {
  const tid = reader.int64()
  const thread = new Thread(tid, reader.int64())
  thread.ptid = reader.int64()
  if (version >= 6) thread.sid = reader.int64()
  if (version >= 8) thread.vpgid = reader.int64()
  const comm = share(reader.text())
  thread.exe = share(reader.text())
  if (version >= 7) thread.exepath = share(withoutDeleted(reader.text()))
  thread.setProgram(comm, reader.text())
  const cwd = reader.text()
  thread.cwd = share(cwd.endsWith('/') ? cwd : `${cwd}/`)
  thread.fdlimit = reader.int64()
  reader.uint32()
  thread.uid = reader.uint32()
  thread.gid = reader.uint32()
  thread.descriptors = new DescriptorTable()
  if (version < 2) return thread
  thread.memory = reader.uint32()
  thread.residentMemory = reader.uint32()
  thread.swap = reader.uint32()
  thread.majorFaults = reader.int64()
  thread.minorFaults = reader.int64()
  if (version >= 3) thread.env = reader.text()
  if (version >= 4) {
    thread.vtid = reader.int64()
    thread.vpid = reader.int64()
    thread.cgroups = share(reader.text())
  }
  if (version >= 5) thread.root = share(reader.text())
  return thread
}

/** What older lists of libs 0.10 leave out: the start of the namespace and the terminal. */
const SHORT_TAIL = 29

/** What has been added since; a record may end before any of it. */
function readTail(reader: RecordReader, thread: Thread): void {
  const isShort = reader.left <= SHORT_TAIL
  if (!isShort && reader.left >= 8) thread.namespaceStart = reader.exactUint64()
  if (!isShort && reader.left >= 4) thread.tty = reader.uint32()
  if (reader.left >= 4) thread.loginuid = reader.uint32()
  if (reader.left >= 1 && reader.uint8() !== 0) thread.exeFlags |= EXECUTABLE.writable
  if (reader.left >= 8) thread.capInheritable = reader.exactUint64()
  if (reader.left >= 8) thread.capPermitted = reader.exactUint64()
  if (reader.left >= 8) thread.capEffective = reader.exactUint64()
  if (reader.left >= 1 && reader.uint8() !== 0) thread.exeFlags |= EXECUTABLE.upperLayer
  if (reader.left >= 8) thread.exeInode = reader.int64()
  if (reader.left >= 8) thread.exeChanged = reader.exactUint64()
  if (reader.left >= 8) thread.exeModified = reader.exactUint64()
  if (reader.left >= 1 && reader.uint8() !== 0) thread.exeFlags |= EXECUTABLE.memory
  if (reader.left >= 1 && reader.uint8() !== 0) thread.exeFlags |= EXECUTABLE.lowerLayer
  if (reader.left >= 8) thread.pgid = reader.int64()
}
