import { Buffer } from 'node:buffer'
import { constants } from 'node:fs'
import { type FileHandle, open, readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ownerOfControlGroups } from '../../sensors/index.ts'
import { databaseOf, HEAD_BYTES } from './databases.ts'
import { EtcdInspection } from './etcd-content.ts'
import type {
  EnvironmentVariable,
  EtcdContent,
  IncompletePart,
  OpenFile,
  OpenFileKind,
  ProcessFacts,
  ProcessNamespace,
  SocketFacts,
} from './facts.ts'
import { readHostNamespaces } from './host-namespaces.ts'
import { parseMountInfo } from './mount-info.ts'
import { parseInternetSockets, parseUnixSockets } from './socket-table.ts'
import { type ProcessStatus, parseStatus } from './status.ts'

export interface ReadProcessOptions {
  /** Where the proc file system is mounted. */
  readonly proc: string
  /** Whether databases of etcd are looked into. */
  readonly looksIntoEtcd: boolean
}

/** Bounds of what is read of one process. */
const MOST_TEXT = 4 * 1024 * 1024
const MOST_SOCKET_TEXT = 32 * 1024 * 1024
const MOST_FILES = 4096
const MOST_ETCD_BYTES = 2 * 1024 * 1024 * 1024
const ETCD_CHUNK = 1024 * 1024

/** "Account tokens are mounted at /var/run/secrets/kubernetes.io/serviceaccount" (Kubernetes, "Managing Service Accounts"). */
const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/**
 * Reads what /proc says of a process.
 *
 * @returns undefined where there is no such process, or it ended meanwhile, or its number was given to another
 * @throws Error where /proc itself cannot be read
 */
export async function readProcess(
  pid: number,
  options: ReadProcessOptions,
): Promise<ProcessFacts | undefined> {
  const folder = join(options.proc, String(pid))
  const began = await startTime(folder)
  if (began === undefined) return undefined
  const facts = await new ProcessReader(folder, pid, options).read()
  return (await startTime(folder)) === began ? facts : undefined
}

/**
 * Reads of a process its status alone.
 *
 * @param proc - where the proc file system is mounted
 * @returns undefined where there is no such process
 * @throws Error where it cannot be read
 */
export async function readStatus(pid: number, proc: string): Promise<ProcessStatus | undefined> {
  try {
    return parseStatus(await readFile(join(proc, String(pid), 'status'), 'utf8'))
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** When the process began, in the 22nd field of its stat: its name in front of it may have blanks and brackets. */
async function startTime(folder: string): Promise<string | undefined> {
  try {
    const text = await readFile(join(folder, 'stat'), 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

function isGone(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ENOENT' || code === 'ESRCH'
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

class ProcessReader {
  private readonly incomplete: IncompletePart[] = []
  private readonly folder: string
  private readonly pid: number
  private readonly options: ReadProcessOptions

  constructor(folder: string, pid: number, options: ReadProcessOptions) {
    this.folder = folder
    this.pid = pid
    this.options = options
  }

  async read(): Promise<ProcessFacts> {
    const status = parseStatus(await this.text('status'))
    const owner = ownerOfControlGroups(await this.text('cgroup'))
    const args = (await this.text('cmdline')).split('\0')
    if (args.at(-1) === '') args.pop()
    const label = (await this.text('attr/current', true)).replaceAll('\0', '').trim()
    return {
      pid: this.pid,
      parent: status.parent,
      innerPid: status.innerPid,
      name: status.name,
      executable: await this.link('exe'),
      args,
      workingDirectory: await this.link('cwd'),
      ...owner,
      identity: status.identity,
      capabilities: status.capabilities,
      noNewPrivileges: status.noNewPrivileges,
      seccomp: status.seccomp,
      securityLabel: label === '' ? null : label,
      namespaces: await this.namespaces(),
      environment: environmentOf(await this.text('environ')),
      files: await this.files(),
      mounts: parseMountInfo(await this.text('mountinfo'), await this.nodeMounts()),
      hasServiceAccountToken: await exists(join(this.folder, 'root', TOKEN)),
      incomplete: this.incomplete,
    }
  }

  /** Those of the node's first process; none where they may not be read. */
  private async nodeMounts(): Promise<string> {
    const text = await readFile(join(this.options.proc, '1/mountinfo'), 'utf8').catch(() => '')
    return text.slice(0, MOST_TEXT)
  }

  /** @param mayLack - whether kernels without the file are ordinary */
  private async text(part: string, mayLack = false, most = MOST_TEXT): Promise<string> {
    let file: FileHandle | undefined
    try {
      file = await open(join(this.folder, part))
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 64 * 1024 })) {
        chunks.push(chunk as Buffer)
        size += (chunk as Buffer).length
        if (size > most) {
          this.incomplete.push({ part, reason: 'limit' })
          break
        }
      }
      return Buffer.concat(chunks).toString('utf8')
    } catch (error) {
      // Without a security module its file is there, and reading it is an invalid argument.
      if (!mayLack) this.incomplete.push({ part, reason: codeOf(error) })
      return ''
    } finally {
      await file?.close()
    }
  }

  private async link(part: string): Promise<string | null> {
    try {
      return await readlink(join(this.folder, part))
    } catch (error) {
      // Kernel threads have no program.
      if (!isGone(error)) this.incomplete.push({ part, reason: codeOf(error) })
      return null
    }
  }

  private async list(part: string): Promise<readonly string[]> {
    try {
      return await readdir(join(this.folder, part))
    } catch (error) {
      this.incomplete.push({ part, reason: codeOf(error) })
      return []
    }
  }

  private async namespaces(): Promise<readonly ProcessNamespace[]> {
    const found: ProcessNamespace[] = []
    const isHost = await readHostNamespaces(this.options.proc)
    for (const type of await this.list('ns')) {
      // Those of children to come say nothing of the process.
      if (type.endsWith('_for_children')) continue
      const inode = await this.link(`ns/${type}`)
      if (inode === null) continue
      found.push({ type, inode, isHost: isHost(type, inode) })
    }
    return found
  }

  private async files(): Promise<readonly OpenFile[]> {
    const numbers = (await this.list('fd')).map(Number).sort((a, b) => a - b)
    if (numbers.length > MOST_FILES) this.incomplete.push({ part: 'fd', reason: 'limit' })
    const files: OpenFile[] = []
    let sockets: Map<string, SocketFacts> | undefined
    for (const descriptor of numbers.slice(0, MOST_FILES)) {
      const target = await readlink(join(this.folder, `fd/${descriptor}`)).catch(() => undefined)
      // Closed meanwhile.
      if (target === undefined) continue
      if (target.startsWith('socket:')) sockets ??= await this.sockets()
      files.push(await this.file(descriptor, target, sockets))
    }
    return files
  }

  private async file(
    descriptor: number,
    target: string,
    sockets: Map<string, SocketFacts> | undefined,
  ): Promise<OpenFile> {
    const place = join(this.folder, `fd/${descriptor}`)
    const access = await this.access(descriptor)
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
    const socket = inode === undefined ? undefined : sockets?.get(inode)
    const found = await stat(place).catch(() => undefined)
    const isRegular = found?.isFile() === true
    const kind = kindOf(target, found)
    const head = isRegular ? await headOf(place) : undefined
    const path = target.replace(/ \(deleted\)$/, '')
    const database = isRegular && target.startsWith('/') ? databaseOf(path, head) : undefined
    const etcd =
      database === 'etcd' && this.options.looksIntoEtcd ? await this.lookInto(place, descriptor) : undefined
    return {
      descriptor,
      kind,
      target,
      ...access,
      isDeleted: target.endsWith(' (deleted)'),
      ...(isRegular && { size: found.size }),
      ...(database && { database }),
      ...(socket && { socket }),
      ...(etcd && { etcd }),
    }
  }

  /** The flags that the file was opened with stand in octal in its fdinfo. */
  private async access(descriptor: number): Promise<Pick<OpenFile, 'isReadable' | 'isWritable'>> {
    const text = await readFile(join(this.folder, `fdinfo/${descriptor}`), 'utf8').catch(() => '')
    const flags = Number.parseInt(/^flags:\s+(\d+)/m.exec(text)?.[1] ?? '0', 8)
    const mode = flags & (constants.O_RDONLY | constants.O_WRONLY | constants.O_RDWR)
    return { isReadable: mode !== constants.O_WRONLY, isWritable: mode !== constants.O_RDONLY }
  }

  private async sockets(): Promise<Map<string, SocketFacts>> {
    const all = new Map<string, SocketFacts>()
    for (const protocol of ['tcp', 'tcp6', 'udp', 'udp6'] as const) {
      const text = await this.text(`net/${protocol}`, true, MOST_SOCKET_TEXT)
      for (const [inode, socket] of parseInternetSockets(text, protocol)) all.set(inode, socket)
    }
    const text = await this.text('net/unix', true, MOST_SOCKET_TEXT)
    for (const [inode, socket] of parseUnixSockets(text)) all.set(inode, socket)
    return all
  }

  private async lookInto(place: string, descriptor: number): Promise<EtcdContent | undefined> {
    let file: FileHandle | undefined
    try {
      file = await open(place)
      const inspection = new EtcdInspection()
      const { size } = await file.stat()
      const stream = file.createReadStream({
        autoClose: false,
        highWaterMark: ETCD_CHUNK,
        end: MOST_ETCD_BYTES,
      })
      for await (const chunk of stream) inspection.feed(chunk as Buffer)
      return inspection.finish(size > MOST_ETCD_BYTES)
    } catch (error) {
      this.incomplete.push({ part: `fd/${descriptor}`, reason: codeOf(error) })
      return undefined
    } finally {
      await file?.close()
    }
  }
}

function kindOf(target: string, found: Awaited<ReturnType<typeof stat>> | undefined): OpenFileKind {
  if (target.startsWith('socket:')) return 'socket'
  if (target.startsWith('pipe:') || found?.isFIFO() === true) return 'pipe'
  if (found?.isDirectory() === true) return 'directory'
  if (found?.isCharacterDevice() === true || found?.isBlockDevice() === true) return 'device'
  return found?.isFile() === true ? 'file' : 'other'
}

async function headOf(place: string): Promise<Buffer | undefined> {
  let file: FileHandle | undefined
  try {
    file = await open(place)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } catch {
    // It may be read by its owner alone, or be gone: then its path has to tell.
    return undefined
  } finally {
    await file?.close()
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Texts of the form NAME=VALUE; a process may have overwritten them with anything. */
function environmentOf(text: string): readonly EnvironmentVariable[] {
  return text.split('\0').flatMap((entry) => {
    const equals = entry.indexOf('=')
    return equals <= 0 ? [] : [{ name: entry.slice(0, equals), value: entry.slice(equals + 1) }]
  })
}
