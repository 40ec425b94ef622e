import { isRecord } from '../../../kubernetes/index.ts'
import type { SensedSyscallEvent, SensedValue } from '../syscall-events.ts'
import { type JsonObject, numberAt, objectAt, textAt } from './json.ts'
import { argumentFields } from './tetragon-arguments.ts'
import { nanosecondsOf } from './time.ts'

/** Kinds of events of Tetragon that tell of a process (tetragon.io, "gRPC API", GetEventsResponse). */
const KINDS = ['process_exec', 'process_exit', 'process_kprobe', 'process_tracepoint', 'process_lsm'] as const

/** What tells of a process, but of no system call. */
const OTHER_KINDS = ['process_loader', 'process_uprobe', 'process_usdt'] as const

/** What tells that Tetragon has left out events: of all processes beyond a rate, or of a control group. */
const LOSSES = ['rate_limit_info', 'process_throttle'] as const

/** Whether an object is an event as `tetra getevents -o json` and Tetragon's export file write it. */
export function isTetragonEvent(value: JsonObject): boolean {
  return [...KINDS, ...OTHER_KINDS, ...LOSSES].some((kind) => isRecord(value[kind]))
}

/** Whether an event of Tetragon tells of no system call, and loses none. */
export function isBesideCalls(value: JsonObject): boolean {
  return (
    OTHER_KINDS.some((kind) => isRecord(value[kind])) ||
    textAt(objectAt(value, 'process_throttle'), 'type') === 'THROTTLE_STOP'
  )
}

/**
 * What Tetragon says that it has left out.
 *
 * @returns how many events, 0 where it does not count them, and of which control group, empty for all; undefined for what
 *   says nothing of the kind
 */
export function lossOfTetragon(
  value: JsonObject,
): { readonly count: number; readonly group: string } | undefined {
  const limited = objectAt(value, 'rate_limit_info')
  if (limited !== undefined)
    return { count: numberAt(limited, 'number_of_dropped_process_events') ?? 0, group: '' }
  const throttled = objectAt(value, 'process_throttle')
  return throttled === undefined ? undefined : { count: 0, group: textAt(throttled, 'cgroup') ?? '' }
}

/** No login: `(uint32_t) -1`. */
const NO_LOGIN = 0xffffffff

/**
 * An event of Tetragon in the names of Falco's fields; what Tetragon does not tell is absent.
 *
 * @returns undefined where it tells of no process
 */
export function eventOfTetragon(value: JsonObject, num: number): SensedSyscallEvent | undefined {
  const kind = KINDS.find((each) => isRecord(value[each]))
  const found = kind === undefined ? undefined : objectAt(value, kind)
  const process = objectAt(found, 'process')
  if (kind === undefined || found === undefined || process === undefined) return undefined
  const type = typeOf(kind, found)
  const ts = nanosecondsOf(textAt(value, 'time'))
  const tid = numberAt(process, 'tid') ?? numberAt(process, 'pid')
  const node = textAt(value, 'node_name')
  const fields: Record<string, SensedValue> = {
    'evt.type': type,
    'evt.dir': kind === 'process_exit' ? '>' : '<',
    ...(node !== undefined && { 'evt.hostname': node }),
    ...resultFields(kind, found),
    ...processFields(process, objectAt(found, 'parent')),
    ...containerFields(process),
    ...argumentFields(type, found['args']),
  }
  return { num, type, ...(ts !== undefined && { ts }), ...(tid !== undefined && { tid }), fields }
}

/** Functions of the kernel that Tetragon hooks, by the system call that reaches them. */
const HOOKS: Readonly<Record<string, string>> = {
  tcp_connect: 'connect',
  security_socket_connect: 'connect',
  inet_csk_listen_start: 'listen',
  fd_install: 'openat',
  security_file_open: 'openat',
  security_file_permission: 'openat',
  security_path_truncate: 'truncate',
  security_inode_unlink: 'unlink',
  security_path_unlink: 'unlink',
  security_bprm_check: 'execve',
}

function typeOf(kind: (typeof KINDS)[number], event: JsonObject): string {
  if (kind === 'process_exec') return 'execve'
  if (kind === 'process_exit') return 'procexit'
  const name = textAt(event, 'function_name') ?? textAt(event, 'event') ?? ''
  // `raw_syscalls:sys_exit` is the end of any call, not the call `exit`.
  if (textAt(event, 'subsys') === 'raw_syscalls') return name
  return HOOKS[name] ?? name.replace(/^(?:__)?(?:x64_|arm64_|ia32_)?sys_(?:enter_|exit_)?/, '')
}

function resultFields(kind: string, event: JsonObject): Record<string, SensedValue> {
  if (kind === 'process_exec') return { 'evt.res': 'SUCCESS', 'evt.rawres': 0 }
  const returned = numberAt(objectAt(event, 'return'), 'int_arg')
  if (returned === undefined) return {}
  return {
    'evt.rawres': returned,
    'evt.failed': returned < 0,
    ...(returned >= 0 && { 'evt.res': 'SUCCESS' }),
  }
}

function processFields(
  process: JsonObject | undefined,
  parent: JsonObject | undefined,
): Record<string, SensedValue> {
  const path = textAt(process, 'binary') ?? ''
  const name = nameOf(path)
  const args = textAt(process, 'arguments') ?? ''
  const uid = numberAt(process, 'uid')
  const login = numberAt(process, 'auid')
  const cwd = textAt(process, 'cwd')
  return {
    ...(path !== '' && {
      'proc.name': name,
      'proc.exe': path,
      'proc.exepath': path,
      'proc.args': args,
      'proc.cmdline': args === '' ? name : `${name} ${args}`,
    }),
    'proc.pid': numberAt(process, 'pid') ?? null,
    ...(cwd !== undefined && { 'proc.cwd': cwd.endsWith('/') ? cwd : `${cwd}/` }),
    ...(uid !== undefined && { 'user.uid': uid }),
    ...(login !== undefined && { 'user.loginuid': login === NO_LOGIN ? -1 : login }),
    ...parentFields(parent),
  }
}

function parentFields(parent: JsonObject | undefined): Record<string, SensedValue> {
  const path = textAt(parent, 'binary') ?? ''
  if (path === '') return {}
  const name = nameOf(path)
  const args = textAt(parent, 'arguments') ?? ''
  return {
    'proc.pname': name,
    'proc.aname[1]': name,
    'proc.pexe': path,
    'proc.pexepath': path,
    'proc.pcmdline': args === '' ? name : `${name} ${args}`,
    'proc.ppid': numberAt(parent, 'pid') ?? null,
  }
}

/** As Linux cuts names of programs. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).slice(0, 15)
}

function containerFields(process: JsonObject | undefined): Record<string, SensedValue> {
  const pod = objectAt(process, 'pod')
  const container = objectAt(pod, 'container')
  const full = (textAt(container, 'id') ?? textAt(process, 'docker') ?? '').replace(/^[\w.-]+:\/\//, '')
  if (full === '') return { 'container.id': 'host' }
  const image = textAt(objectAt(container, 'image'), 'name') ?? ''
  const colon = image.indexOf(':', image.lastIndexOf('/') + 1)
  return {
    'container.id': full.slice(0, 12),
    ...(full.length === 64 && { 'container.full_id': full }),
    'container.name': textAt(container, 'name') ?? null,
    ...(image !== '' && {
      'container.image': image,
      'container.image.repository': colon < 0 ? image : image.slice(0, colon),
      'container.image.tag': colon < 0 ? null : image.slice(colon + 1),
    }),
    'k8s.ns.name': textAt(pod, 'namespace') ?? null,
    'k8s.pod.name': textAt(pod, 'name') ?? null,
  }
}
