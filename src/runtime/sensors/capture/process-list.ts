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
  while (reader.hasMore) {
    const start = reader.at
    const leave = version === 9 ? reader.enter(reader.uint32(), start) : () => {}
    const thread = readProcess(reader, version)
    if (version === 9) readTail(reader, thread)
    leave()
    state.threads.add(thread)
  }
}

function readProcess(reader: RecordReader, version: number): Thread {
  const tid = reader.int64()
  const thread = new Thread(tid, reader.int64())
  thread.ptid = reader.int64()
  if (version >= 6) thread.sid = reader.int64()
  if (version >= 8) thread.vpgid = reader.int64()
  const comm = reader.text()
  thread.exe = reader.text()
  if (version >= 7) thread.exepath = withoutDeleted(reader.text())
  thread.setProgram(comm, reader.text())
  const cwd = reader.text()
  thread.cwd = cwd.endsWith('/') ? cwd : `${cwd}/`
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
    thread.cgroups = reader.text()
  }
  if (version >= 5) thread.root = reader.text()
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
