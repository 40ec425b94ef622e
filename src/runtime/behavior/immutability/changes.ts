import type { EventView } from '../observation/event-view.ts'
import { FILE_EVENTS, touchedFiles } from '../observation/file-calls.ts'
import type { Change } from './evidence.ts'

/** A change that one event shows. */
export interface SeenChange {
  readonly change: Change
  /** The file that was executed or written. */
  readonly path: string
}

/** Where an image keeps its programs, their libraries and their settings. */
const SYSTEM_FOLDER = /^\/(?:bin|sbin|usr|lib|lib32|lib64|libx32|etc|boot|opt)(?:\/|$)/
/** Written by the kubelet and the runtime, or by programs that only note where they stand. */
const EXPECTED_WRITE = /^\/etc\/(?:mtab|resolv\.conf|hosts|hostname)$|^\/usr\/(?:local\/)?tmp\//
/** What anybody may write to. */
export const TEMPORARY_FOLDER = /^\/(?:tmp|var\/tmp|dev\/shm|run|var\/run)(?:\/|$)/

/** Names of shells. */
export const SHELLS: ReadonlySet<string> = new Set([
  ...['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'csh', 'tcsh', 'fish', 'busybox', 'pwsh', 'rbash'],
])

const PACKAGE_MANAGERS: ReadonlySet<string> = new Set([
  ...['apt', 'apt-get', 'apt-cache', 'aptitude', 'dpkg', 'apk', 'yum', 'dnf', 'microdnf', 'rpm', 'zypper'],
  ...[
    'pacman',
    'opkg',
    'emerge',
    'snap',
    'pip',
    'pip3',
    'npm',
    'yarn',
    'gem',
    'cpan',
    'conda',
    'brew',
    'nix-env',
  ],
])

/** Programs that answer to the network: a shell as their child is an intruder's first step. */
const SERVERS =
  /^(?:nginx|httpd|apache2|lighttpd|caddy|haproxy|envoy|traefik|java|node|php-fpm.*|php|gunicorn.*|uwsgi|unicorn|puma|tomcat|mysqld|mariadbd|postgres|mongod|redis-server|memcached|rabbitmq|beam\.smp|dotnet|named|unbound|vsftpd|proftpd|sshd|smbd|squid|asterisk|slapd|etcd)$/

/** What an event says against the immutability of its container. */
export function changesOf(view: EventView): readonly SeenChange[] {
  if (view.type === 'execve' || view.type === 'execveat') return view.flag('evt.failed') ? [] : executed(view)
  return written(view).map((path) => ({ change: 'wrote-below-system-folder', path }))
}

function executed(view: EventView): readonly SeenChange[] {
  const path = view.text('proc.exepath')
  const name = view.text('proc.name')
  const flags = view.text('evt.arg.flags')
  const changes: SeenChange[] = []
  const isFromMemory =
    view.flag('proc.is_exe_from_memfd') || flags.includes('EXE_FROM_MEMFD') || path.startsWith('memfd:')
  if (isFromMemory) changes.push({ change: 'executed-from-memory', path })
  else {
    if (view.flag('proc.is_exe_upper_layer') || flags.includes('EXE_UPPER_LAYER'))
      changes.push({ change: 'executed-new-file', path })
    if (TEMPORARY_FOLDER.test(path)) changes.push({ change: 'executed-from-temporary-folder', path })
  }
  if (PACKAGE_MANAGERS.has(name)) changes.push({ change: 'package-manager', path })
  if (isShell(name, path)) {
    const parent = view.text('proc.pname')
    if (isServer(parent, view.text('proc.pexepath'))) changes.push({ change: 'shell-of-server', path })
    else if (isEntered(view, parent)) changes.push({ change: 'shell-entered', path })
  }
  return changes
}

/**
 * A shell that was started by a link of another name is one by its file; what BusyBox does it is told by the name of the link alone.
 */
function isShell(name: string, path: string): boolean {
  const file = fileNameOf(path)
  return SHELLS.has(name) || (file !== 'busybox' && SHELLS.has(file))
}

/**
 * By the name of the process or of its file: a process may call itself what it likes (prctl(2), `PR_SET_NAME`), as `MainThread`
 * of Node.js does, and its file's name stays.
 */
function isServer(name: string, path: string): boolean {
  return SERVERS.test(name) || SERVERS.test(fileNameOf(path))
}

/** A server runs on when an upgrade has replaced its file: "the symbolic link will contain the string '(deleted)' appended" (proc(5)). */
function fileNameOf(path: string): string {
  return nameOf(path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path)
}

/** What the kernel puts behind the path of a file that has none any more. */
export const DELETED = ' (deleted)'

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/**
 * Whether the process came from outside: `kubectl exec` and `docker exec` begin one whose parent is not of the container,
 * so that it has none there; the first process of the container is none of these.
 */
function isEntered(view: EventView, parent: string): boolean {
  const inner = view.text('proc.vpid')
  if (inner === '1' || inner === '') return false
  return (
    isOfNodeInit(view, inner) ||
    view.text('proc.pvpid') === '0' ||
    /^(?:runc|crun|conmon|containerd-shim)/.test(parent)
  )
}

/**
 * Whether the parent is the node's first process: the runtime that began the shell has ended already. What loses its parent
 * inside a container goes to the container's own first process, unless it shares the node's numbers of processes.
 */
function isOfNodeInit(view: EventView, inner: string): boolean {
  const pid = view.text('proc.pid')
  return view.text('proc.ppid') === '1' && pid !== '' && pid !== inner
}

/** Paths below folders of the system that a call which succeeded wrote to, made or removed. */
function written(view: EventView): readonly string[] {
  if (view.flag('evt.failed')) return []
  const touched = touchedFiles(view)
  if (touched === undefined || touched.isRead) return []
  return touched.paths.filter((path) => SYSTEM_FOLDER.test(path) && !EXPECTED_WRITE.test(path))
}

/** Types of events that changes show in: what a sensor has to tell of. */
export const IMMUTABILITY_EVENTS: ReadonlySet<string> = new Set(['execve', 'execveat', ...FILE_EVENTS])
