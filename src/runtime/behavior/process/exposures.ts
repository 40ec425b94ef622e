import { type SecretKind, secretInArgument, secretKindOf } from '../../../findings/index.ts'
import type { Message } from '../../../messages/index.ts'
import { exposureMessages } from './exposure-messages.ts'
import type { OpenFile, ProcessFacts, ProcessMount } from './facts.ts'

const { make } = exposureMessages

type Severity = 'critical' | 'high' | 'medium' | 'low'

/** Something of a process that an intruder can make use of. */
export interface Exposure {
  /** Stable, e.g. `secret-in-environment`. */
  readonly id: string
  readonly severity: Severity
  readonly message: Message
  /** What to do about it. */
  readonly remedy?: Message
}

/**
 * What an intruder with root on the node, or in the process itself, can make use of. Confinement is spoken of for
 * containers only: processes of the node have none, as they should.
 *
 * @returns those of one kind together, in a fixed order; secrets are never quoted
 */
export function exposuresOf(facts: ProcessFacts): readonly Exposure[] {
  return [...secretsOf(facts), ...filesOf(facts), ...(facts.containerId === null ? [] : confinementOf(facts))]
}

/** Variables of the environment that hold a secret, by their names. */
export function secretVariables({ environment }: ProcessFacts): ReadonlyMap<string, SecretKind> {
  const found = new Map<string, SecretKind>()
  for (const { name, value } of environment) {
    const kind = secretKindOf(name, value)
    if (kind !== undefined) found.set(name, kind)
  }
  return found
}

function secretsOf(facts: ProcessFacts): readonly Exposure[] {
  const { args, hasServiceAccountToken } = facts
  const exposures: Exposure[] = []
  for (const [variable, kind] of secretVariables(facts))
    exposures.push({
      id: 'secret-in-environment',
      severity: 'high',
      message: make.secretInEnvironment({ variable, kind }),
      remedy: make.secretAsFile({}),
    })
  args.forEach((argument, index) => {
    const secret = secretInArgument(argument, args[index + 1])
    if (secret === undefined) return
    exposures.push({
      id: 'secret-in-argument',
      severity: 'high',
      message: make.secretInArgument({ ...secret, index }),
      remedy: make.secretAsFile({}),
    })
  })
  if (hasServiceAccountToken)
    exposures.push({
      id: 'service-account-token',
      severity: 'medium',
      message: make.token({}),
      remedy: make.noToken({}),
    })
  return exposures
}

function filesOf({ executable, files }: ProcessFacts): readonly Exposure[] {
  const exposures: Exposure[] = []
  if (executable?.startsWith('/memfd:') === true)
    exposures.push({ id: 'runs-from-memory', severity: 'high', message: make.memory({ path: executable }) })
  else if (executable?.endsWith(' (deleted)') === true)
    exposures.push({
      id: 'runs-deleted-program',
      severity: 'medium',
      message: make.deletedProgram({ path: executable.slice(0, -' (deleted)'.length) }),
    })
  for (const file of files) {
    if (file.database !== undefined) exposures.push(databaseOf(file, file.database), ...etcdOf(file))
    else if (file.isDeleted && file.kind === 'file' && !file.target.startsWith('/memfd:'))
      exposures.push({
        id: 'deleted-file-open',
        severity: 'low',
        message: make.deletedFile({
          path: file.target.slice(0, -' (deleted)'.length),
          descriptor: file.descriptor,
          bytes: file.size ?? 0,
        }),
      })
  }
  return exposures
}

function databaseOf(file: OpenFile, database: string): Exposure {
  const { target, descriptor, size = 0 } = file
  return {
    id: 'database-open',
    severity: 'medium',
    message: make.database({ path: target, database, descriptor, bytes: size }),
  }
}

function etcdOf({ target, etcd }: OpenFile): readonly Exposure[] {
  if (etcd === undefined) return []
  const { plain, plainKeys, plainAndEncrypted, encrypted, isPartial } = etcd
  const providers = Object.keys(encrypted)
  const exposures: Exposure[] = []
  if (plain > 0) {
    const isOld = plainAndEncrypted === plain
    exposures.push({
      id: 'etcd-plain-secrets',
      severity: isOld ? 'high' : 'critical',
      message: make.etcdPlain({ path: target, plain, keys: plainKeys, old: plainAndEncrypted }),
      remedy: isOld ? make.compactEtcd({}) : make.encryptAtRest({}),
    })
  }
  if (providers.length > 0) {
    const count = Object.values(encrypted).reduce((sum, each) => sum + each, 0)
    exposures.push({
      id: 'etcd-encrypted-secrets',
      severity: 'low',
      message: make.etcdEncrypted({ path: target, count, providers }),
    })
  }
  if (isPartial)
    exposures.push({
      id: 'etcd-not-read-whole',
      severity: 'medium',
      message: make.etcdPartial({ path: target }),
    })
  return exposures
}

/** Namespaces that containers ought to have of their own; of users they have one only where Kubernetes is asked for it. */
const ISOLATING: readonly string[] = ['pid', 'net', 'ipc', 'mnt', 'uts']

/** Those that open a way to the node, or to other pods. */
const DANGEROUS: ReadonlySet<string> = new Set([
  'SYS_ADMIN',
  'SYS_MODULE',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_BOOT',
  'SYS_TIME',
  'DAC_READ_SEARCH',
  'NET_ADMIN',
  'NET_RAW',
  'BPF',
  'PERFMON',
  'SYSLOG',
  'MAC_ADMIN',
  'MAC_OVERRIDE',
  'LINUX_IMMUTABLE',
  'MKNOD',
  'CHECKPOINT_RESTORE',
])

function confinementOf(facts: ProcessFacts): readonly Exposure[] {
  const { namespaces, capabilities, seccomp, noNewPrivileges, identity, mounts } = facts
  const exposures: Exposure[] = []
  const shared = namespaces.filter(({ type, isHost }) => isHost === true && ISOLATING.includes(type))
  if (shared.length > 0)
    exposures.push({
      id: 'host-namespaces',
      severity: 'high',
      message: make.hostNamespaces({ types: shared.map(({ type }) => type) }),
      remedy: make.ownNamespaces({}),
    })
  const dangerous = capabilities.effective.filter((name) => DANGEROUS.has(name))
  if (dangerous.length > 0)
    exposures.push({
      id: 'dangerous-capabilities',
      severity: dangerous.every((name) => name === 'NET_RAW' || name === 'MKNOD') ? 'medium' : 'high',
      message: make.capabilities({ names: dangerous }),
      remedy: make.dropCapabilities({}),
    })
  if (seccomp === 'disabled')
    exposures.push({
      id: 'no-seccomp',
      severity: 'medium',
      message: make.noSeccomp({}),
      remedy: make.useSeccomp({}),
    })
  if (!noNewPrivileges)
    exposures.push({
      id: 'new-privileges',
      severity: 'medium',
      message: make.newPrivileges({}),
      remedy: make.noNewPrivileges({}),
    })
  if (identity.uid === 0 && namespaces.some(({ type, isHost }) => type === 'user' && isHost === true))
    exposures.push({
      id: 'runs-as-root',
      severity: 'medium',
      message: make.root({}),
      remedy: make.nonRoot({}),
    })
  return [...exposures, ...mountsOf(mounts)]
}

/** Sockets and files by which a container can command its runtime. */
const RUNTIME_SOCKET =
  /\/(?:docker|containerd|crio|podman|cri-dockerd|dockershim|buildkitd)\.sock$|^\/(?:var\/)?run\/(?:docker|containerd|crio)(?:\/|$)/

function mountsOf(mounts: readonly ProcessMount[]): readonly Exposure[] {
  const exposures: Exposure[] = []
  for (const { mountPoint, type, root, nodePath = '' } of mounts) {
    // What containerd makes of images, each container's own root among it, it mounts below its folder as well.
    const isOfImage = mountPoint === '/' || type === 'overlay' || MANAGED.test(`${nodePath}/`)
    const isSocket = RUNTIME_SOCKET.test(nodePath) && !isOfImage
    if (!isSocket && !RUNTIME_SOCKET.test(mountPoint) && !RUNTIME_SOCKET.test(root)) continue
    exposures.push({
      id: 'runtime-socket',
      severity: 'critical',
      message: make.runtimeSocket({ path: mountPoint }),
    })
  }
  const host = mounts.filter((mount) => isHostPath(mount))
  for (const { mountPoint, root: inFileSystem, isReadOnly, nodePath } of host) {
    const root = nodePath ?? inFileSystem
    exposures.push({
      id: isReadOnly ? 'host-path' : 'writable-host-path',
      severity: isReadOnly ? 'medium' : 'high',
      message: isReadOnly
        ? make.hostPath({ path: mountPoint, root })
        : make.writableHostPath({ path: mountPoint, root }),
    })
  }
  if (mounts.some(({ mountPoint, isReadOnly }) => mountPoint === '/' && !isReadOnly))
    exposures.push({
      id: 'writable-root',
      severity: 'low',
      message: make.writableRoot({}),
      remedy: make.readOnlyRoot({}),
    })
  return exposures
}

/** File systems that are the kernel's own, or in memory, or an image's. */
const NO_DISK =
  /^(?:overlay|proc|sysfs|tmpfs|devtmpfs|devpts|mqueue|cgroup2?|securityfs|fuse.*|nfs4?|ramfs|hugetlbfs|bpf|debugfs|tracefs|pstore|configfs|nsfs|efivarfs|binfmt_misc|selinuxfs|rpc_pipefs|autofs)$/
/** In memory as well, but there may be one that is the node's: its `/run`, `/dev` or `/dev/shm`. */
const IN_MEMORY = /^(?:tmpfs|ramfs|devtmpfs)$/
/** By which the kernel itself is looked into and told what to do: no runtime gives a container one. */
const OF_KERNEL = /^(?:bpf|debugfs|tracefs|configfs|efivarfs)$/
/**
 * Folders from which kubelets and runtimes mount what Kubernetes itself puts into a container. Disks of volumes are mounted below
 * the kubelet's `plugins` before they are below the pod's own folder.
 */
const MANAGED =
  /\/(?:pods\/[0-9a-f-]{32,36}\/|plugins\/kubernetes\.io\/[^/]+\/[^/]+\/|sandboxes\/|containers\/|overlay-containers\/)/

/** Whether a folder of the node is mounted that is no volume of Kubernetes': a hostPath, most likely. */
function isHostPath(mount: ProcessMount): boolean {
  const { mountPoint, type, root, nodePath } = mount
  if (mountPoint === '/' || MANAGED.test(`${root}/`) || MANAGED.test(`${nodePath ?? ''}/`)) return false
  return !NO_DISK.test(type) || isNodesOwn(mount)
}

/**
 * Single devices are bound into containers to hide files, or for what they are for; so is an empty folder of the node's that
 * crun hides folders with (linux.c, mount_masked_dir). What the node shows of its processes may be mounted anywhere but where
 * a container has its own, which is the node's with its namespace of processes alone.
 */
function isNodesOwn({ mountPoint, type, root, nodePath, isReadOnly }: ProcessMount): boolean {
  if (nodePath === undefined || (isReadOnly && MASKED.test(mountPoint))) return false
  if (type === 'proc') return root === '/' && !/^\/proc(?:\/|$)/.test(mountPoint)
  return OF_KERNEL.test(type) || (IN_MEMORY.test(type) && (type !== 'devtmpfs' || root === '/'))
}

/** What runtimes mount there hides something of the kernel's. */
const MASKED = /^\/(?:proc|sys)\//

/** Where the process can write: mounts that are not read-only and not the kernel's. */
export function writablePaths({ mounts }: ProcessFacts): readonly string[] {
  const kernel = /^(?:proc|sysfs|devpts|mqueue|cgroup2?|securityfs|debugfs|tracefs|bpf|nsfs|pstore|configfs)$/
  const writable = mounts.filter(
    ({ type, isReadOnly, mountPoint }) => !isReadOnly && !kernel.test(type) && !MASKED.test(mountPoint),
  )
  return [...new Set(writable.map((each) => each.mountPoint))]
}
