/**
 * Which calls the sensor must tell of, so that rules see the events that they are about, and the state behind those is
 * true. What is only there for the state gives way first where the kernel's buffer fills.
 */

/** Without these no process and no path would be known. */
const FOR_PROCESSES = [
  'clone',
  'execve',
  'procexit',
  'chdir',
  'fchdir',
  'chroot',
  'setsid',
  'setuid',
  'setgid',
  'setresuid',
  'setresgid',
  'setreuid',
  'setregid',
]

/** What a descriptor is that an event is about; needed where any rule looks at one by its number. */
const FOR_DESCRIPTORS = [
  'socket',
  'bind',
  'connect',
  'accept',
  'accept4',
  'dup',
  'dup2',
  'dup3',
  'fcntl',
  'memfd_create',
  'pipe',
  'pipe2',
  'socketpair',
]
/** The same, but so many of them that they are the first to give way. */
const FOR_FILES = ['open', 'openat', 'openat2', 'creat', 'close']

/** The state is made of these, however they end: a connection that is begun is an error at first. */
const FOR_STATE = new Set([...FOR_PROCESSES, ...FOR_DESCRIPTORS, ...FOR_FILES])

/** Events whose own parameters tell what they are about: no table of descriptors is needed for them. */
const SELF_CONTAINED = new Set([
  ...FOR_PROCESSES,
  ...FOR_FILES.filter((name) => name !== 'close'),
  'accept',
  'accept4',
  'unlink',
  'unlinkat',
  'rename',
  'renameat',
  'renameat2',
  'link',
  'linkat',
  'symlink',
  'symlinkat',
  'mkdir',
  'mkdirat',
  'rmdir',
  'chmod',
  'fchmodat',
  'fchmodat2',
  'chown',
  'lchown',
  'fchownat',
  'mount',
  'umount2',
  'pivot_root',
  'unshare',
  'ptrace',
  'process_vm_readv',
  'process_vm_writev',
  'kill',
  'prctl',
  'memfd_create',
  'userfaultfd',
  'init_module',
  'delete_module',
  'bpf',
  'io_uring_setup',
])

/** Data that is sent and received, much of it over unix sockets: where rules are about the internet alone, only that is told. */
const TRANSFERS = new Set(['sendto', 'sendmsg', 'recvfrom', 'recvmsg'])

/** Names that Falco gives an event, and the sensor's own for it, or those that become such an event. */
const SENSOR_NAMES: Readonly<Record<string, readonly string[]>> = {
  fork: ['clone'],
  vfork: ['clone'],
  clone3: ['clone'],
  execveat: ['execve', 'execveat'],
  fchmodat: ['fchmodat', 'fchmodat2'],
  fchmodat2: ['fchmodat', 'fchmodat2'],
  umount: ['umount2'],
}

/** Of which type the event is that the sensor makes of a call, where that is another one than in Falco. */
export const TOLD_AS: Readonly<Record<string, string>> = {
  fork: 'clone',
  vfork: 'clone',
  clone3: 'clone',
  fchmodat2: 'fchmodat',
}

/** How full the kernel's buffer may be, in eighths, before calls for the state alone are left out. */
const STATE_GIVES_WAY = 6
const FILE_STATE_GIVES_WAY = 4

/** What the sensor is to tell of. */
export interface SensorWants {
  /** As `wantedCalls` has them. */
  readonly calls: readonly string[]
  /** Which opened files: see `sensor/sieve.c`. Without, and where more than descriptors depends on them, all. */
  readonly files?: string
  /** Names of hosts that the fields `fd.sip.name` and the like are compared with. */
  readonly hostNames?: readonly string[]
  /** Whether environment variables of programs are read. */
  readonly environment?: boolean
}

export const ALL_FILES = '-'

/** The opened files to be told: which are left out, the sensor can follow only where it also sees what is closed, for itself. */
export function wantedFiles({ calls, files = ALL_FILES }: SensorWants): string {
  return calls.some((call) => call.startsWith('close:')) ? files : ALL_FILES
}

/**
 * @param eventTypes - types of events that rules are about, as `evt.type` has them; undefined: of all
 * @param ofSuccess - those of them that rules are about only where the call succeeded
 * @param ofInternet - those of them that rules are about only where the descriptor is an internet socket
 * @returns what the sensor is told with `--calls`: `execve`, `unshare:ok`, `sendto@internet`, `close:ok/4`, …; `['all']` for all
 */
export function wantedCalls(
  eventTypes: ReadonlySet<string> | undefined,
  ofSuccess: ReadonlySet<string> = new Set(),
  ofInternet: ReadonlySet<string> = new Set(),
): readonly string[] {
  if (eventTypes === undefined) return ['all']
  const namesOf = (type: string) => SENSOR_NAMES[type] ?? [type]
  const asked = [...eventTypes].flatMap(namesOf)
  const calls = new Map<string, string>()
  const ofAny = new Set([...eventTypes].filter((type) => !ofSuccess.has(type)).flatMap(namesOf))
  for (const name of asked) {
    const outcome = ofAny.has(name) || FOR_STATE.has(name) ? '' : ':ok'
    // The sensor's own execveat is the one that failed.
    if (name === 'execveat' && outcome !== '') continue
    const family = TRANSFERS.has(name) && ofInternet.has(name) ? '@internet' : ''
    calls.set(name, `${name}${outcome}${family}`)
  }
  for (const name of FOR_PROCESSES) if (!calls.has(name)) calls.set(name, name)
  if (asked.some((name) => !SELF_CONTAINED.has(name))) {
    for (const name of FOR_DESCRIPTORS) if (!calls.has(name)) calls.set(name, `${name}/${STATE_GIVES_WAY}`)
    for (const name of FOR_FILES) if (!calls.has(name)) calls.set(name, `${name}:ok/${FILE_STATE_GIVES_WAY}`)
  }
  return [...calls.values()]
}
