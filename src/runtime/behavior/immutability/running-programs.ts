import { lstat, readFile, readlink } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { EventView } from '../observation/event-view.ts'
import { viewOfFields } from '../observation/event-view.ts'
import { type ContainerProcess, findContainerProcesses } from '../process/find-processes.ts'
import { parseMountInfo, upperFolders } from '../process/mount-info.ts'
import { parseStatus } from '../process/status.ts'
import { changesOf, DELETED, type SeenChange } from './changes.ts'

/** A program that runs in a container, as if it were executed now, and what it says against the container's immutability. */
export interface RunningProgram {
  readonly view: EventView
  readonly changes: readonly SeenChange[]
}

type Mount = ReturnType<typeof parseMountInfo>[number]

/**
 * The programs of containers that run now and are none of their images': in memory only, deleted, of a temporary file system, of
 * the upper layer; package managers, and shells that somebody entered or a server started. No event tells of them any more.
 *
 * What ends meanwhile is left out. Whether a file is of the upper layer is known where the folder of that layer can be looked
 * into from here.
 *
 * @param proc - where the proc file system of the machine's own processes is mounted
 * @param now - nanoseconds since 1970
 */
export async function runningPrograms(proc: string, now: bigint): Promise<readonly RunningProgram[]> {
  const processes = await findContainerProcesses(proc)
  const containers = new Map(processes.map(({ pid, containerId }) => [pid, containerId]))
  const begun = new Set<string>()
  const found: RunningProgram[] = []
  for (const each of processes) {
    const isFirst = !begun.has(each.containerId)
    begun.add(each.containerId)
    // It may end while it is read.
    const program = await readProgram(each, isFirst, containers, proc, now).catch(() => undefined)
    if (program !== undefined && program.changes.length > 0) found.push(program)
  }
  return found
}

async function readProgram(
  { pid, containerId }: ContainerProcess,
  isFirst: boolean,
  containers: ReadonlyMap<number, string>,
  proc: string,
  now: bigint,
): Promise<RunningProgram> {
  const file = (name: string, of = pid) => join(proc, String(of), name)
  const link = await readlink(file('exe'))
  const [status, stat, commandLine, mounts] = await Promise.all(
    ['status', 'stat', 'cmdline', 'mountinfo'].map((name) => readFile(file(name), 'utf8')),
  )
  const { name, parent, innerPid } = parseStatus(status ?? '')
  const isMemory = link.startsWith('/memfd:')
  const isDeleted = !isMemory && link.endsWith(DELETED)
  const path = link.endsWith(DELETED) ? link.slice(0, -DELETED.length) : link
  const [, ...args] = (commandLine ?? '').split('\0').slice(0, -1)
  const mount = mountOf(path, parseMountInfo(mounts ?? ''))
  const isParentOutside = containers.get(parent) !== containerId
  const view = viewOfFields({
    type: 'execve',
    ts: String(now),
    fields: {
      'container.id': containerId.slice(0, 12),
      'proc.name': name,
      'proc.exepath': path,
      'proc.cmdline': [name, ...args].join(' '),
      'proc.pid': String(pid),
      'proc.ppid': String(parent),
      'proc.vpid': isFirst ? '1' : String(innerPid),
      'proc.pvpid': isParentOutside ? '0' : '',
      'proc.pname': (await readFile(file('comm', parent), 'utf8').catch(() => '')).trim(),
      'proc.pexepath': await readlink(file('exe', parent)).catch(() => ''),
      'proc.tty': terminalOf(stat ?? ''),
      'proc.is_exe_from_memfd': String(isMemory),
      'proc.is_exe_upper_layer': String(
        !isMemory && !isDeleted && (await isInUpperLayer(path, mount, mounts ?? '', proc)),
      ),
    },
  })
  const changes = new Map(changesOf(view).map((seen) => [seen.change, seen]))
  if (isDeleted) changes.set('runs-deleted-file', { change: 'runs-deleted-file', path })
  if (!isMemory && mount?.type === 'tmpfs')
    changes.set('executed-from-temporary-folder', { change: 'executed-from-temporary-folder', path })
  return { view, changes: [...changes.values()] }
}

/** The seventh field of /proc/PID/stat, whose second one may hold blanks and brackets (proc_pid_stat(5)). */
function terminalOf(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4] ?? '0'
}

/** The mount that a path lies on: of several at one place the last one hides the others. */
function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let found: Mount | undefined
  for (const mount of mounts)
    if (isBelow(path, mount.mountPoint) && mount.mountPoint.length >= (found?.mountPoint.length ?? 0))
      found = mount
  return found
}

function isBelow(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`)
}

/** A file that stands in the upper folder hides that of the layers below (Linux, filesystems/overlayfs.rst, "Upper and Lower"). */
async function isInUpperLayer(
  path: string,
  mount: Mount | undefined,
  mountInfo: string,
  proc: string,
): Promise<boolean> {
  const upper = mount?.type === 'overlay' ? upperFolders(mountInfo).get(mount.mountPoint) : undefined
  if (mount === undefined || upper === undefined || !isAbsolute(upper)) return false
  const rest = path.slice(mount.mountPoint === '/' ? 0 : mount.mountPoint.length)
  // Where this program is in a container itself, the machine's folders are those of its first process.
  for (const root of [join(proc, '1', 'root'), '/']) {
    const isFile = await lstat(join(root, upper, rest)).then(
      (found) => found.isFile(),
      () => false,
    )
    if (isFile) return true
  }
  return false
}
