/**
 * The program for bpftrace. It is made of what the rules need, and tells of each event by records of text whose last part alone
 * may hold anything: `bpftrace -f json` puts each into a line of JSON, so that no path can pass for a record.
 */

/** How a call's arguments are named in its tracepoint (Linux, events/syscalls). */
interface TracedCall {
  /** The path that it is about; of two, where it leads from. */
  readonly text?: string
  /** The second path. */
  readonly second?: string
  /** A number that rules ask for: flags, a mode, a request. */
  readonly number?: string
}

const at = (...calls: readonly [string, TracedCall][]) => new Map(calls)

/** Calls that bpftrace can be asked for; `execve`, `clone` and `procexit` besides. */
export const TRACED_CALLS: ReadonlyMap<string, TracedCall> = at(
  ['open', { text: 'args->filename', number: 'args->flags' }],
  ['openat', { text: 'args->filename', number: 'args->flags' }],
  ['openat2', { text: 'args->filename', number: '*(uint64*)(uint64)args->how' }],
  ['creat', { text: 'args->pathname', number: '577' }],
  ['unlink', { text: 'args->pathname' }],
  ['unlinkat', { text: 'args->pathname' }],
  ['mkdir', { text: 'args->pathname' }],
  ['mkdirat', { text: 'args->pathname' }],
  ['rmdir', { text: 'args->pathname' }],
  ['rename', { text: 'args->oldname', second: 'args->newname' }],
  ['renameat', { text: 'args->oldname', second: 'args->newname' }],
  ['renameat2', { text: 'args->oldname', second: 'args->newname' }],
  ['link', { text: 'args->oldname', second: 'args->newname' }],
  ['linkat', { text: 'args->oldname', second: 'args->newname' }],
  ['symlink', { text: 'args->oldname', second: 'args->newname' }],
  ['symlinkat', { text: 'args->oldname', second: 'args->newname' }],
  ['chmod', { text: 'args->filename', number: 'args->mode' }],
  ['fchmodat', { text: 'args->filename', number: 'args->mode' }],
  ['chown', { text: 'args->filename', number: 'args->user' }],
  ['lchown', { text: 'args->filename', number: 'args->user' }],
  ['fchownat', { text: 'args->filename', number: 'args->user' }],
  ['mknod', { text: 'args->filename', number: 'args->mode' }],
  ['mknodat', { text: 'args->filename', number: 'args->mode' }],
  ['memfd_create', { text: 'args->uname', number: 'args->flags' }],
  ['ptrace', { number: 'args->request' }],
  ['unshare', { number: 'args->unshare_flags' }],
  ['setuid', { number: 'args->uid' }],
)

/** Longest text that it reads; what the kernel's stack of 512 bytes leaves room for. */
export const LONGEST_TEXT = 200

/** Arguments of a program that are read; the rest is looked up in /proc while the process lives. */
export const ARGUMENTS = 8

/** Names of calls in the sensor's own form: see `wantedCalls`. */
export function bpftraceProgram(calls: readonly string[]): string {
  const names = new Set(calls.map((call) => call.replace(/[:@/].*$/, '')))
  const traced = [...TRACED_CALLS].filter(([name]) => names.has(name) || names.has('all'))
  return [PROCESSES, ...traced.map(([name, call]) => callProbes(name, call))].join('\n')
}

/** Records `a`: an argument; `e`: a new program; `f`: a new process; `x`: the end of one; `l`: a sign of life, each second. */
const PROCESSES = `
interval:s:1 { printf("l"); }
tracepoint:syscalls:sys_enter_execve {
  $i = (uint64)0;
  $p = (uint64)1;
  unroll(${ARGUMENTS}) {
    if ($p != 0) {
      $p = *(uint64*)((uint64)args->argv + $i * 8);
      if ($p != 0) { printf("a|%d|%d|%s", tid, $i, str($p)); }
    }
    $i = $i + 1;
  }
}
tracepoint:sched:sched_process_exec {
  printf("e|%llu|%d|%d|%d|%s", nsecs, pid, tid, uid, str(args->filename));
}
tracepoint:sched:sched_process_fork { printf("f|%d|%d", args->parent_pid, args->child_pid); }
tracepoint:sched:sched_process_exit { if (pid == tid) { printf("x|%llu|%d|%d", nsecs, pid, uid); } }
`

/** Records `s`: the first of two texts; `c`: a call that has ended. */
function callProbes(name: string, { text, second, number }: TracedCall): string {
  const kept = [
    ...(text === undefined ? [] : [`@t_${name}[tid] = (uint64)${text};`]),
    ...(second === undefined ? [] : [`@u_${name}[tid] = (uint64)${second};`]),
    `@n_${name}[tid] = (uint64)${number ?? '0'};`,
    `@in_${name}[tid] = 1;`,
  ]
  const first = second === undefined ? [] : [`printf("s|%d|%s", tid, str(@t_${name}[tid]));`]
  const last =
    second !== undefined ? `str(@u_${name}[tid])` : text !== undefined ? `str(@t_${name}[tid])` : '""'
  const used = [...(text === undefined ? [] : ['t']), ...(second === undefined ? [] : ['u']), 'n', 'in']
  return `
tracepoint:syscalls:sys_enter_${name} { ${kept.join(' ')} }
tracepoint:syscalls:sys_exit_${name} /@in_${name}[tid]/ {
  ${first.join(' ')}
  printf("c|${name}|%llu|%d|%d|%d|%d|%llu|%s", nsecs, pid, tid, uid, args->ret, @n_${name}[tid], ${last});
  ${used.map((map) => `delete(@${map}_${name}[tid]);`).join(' ')}
}`
}
