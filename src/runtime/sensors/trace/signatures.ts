import { nativeCallName } from '../schema/native-calls.ts'

/**
 * What the arguments of a system call are, as strace shows them. `path` and `text` are strings of the caller; `out` is a
 * buffer that the call fills, `in` one that it takes, each with its length behind it. `address` is a socket's address with
 * its length behind it, `peer` one that the call fills, with a pointer to its length, `size`, behind it. `command` is what
 * the `fcntl` before it takes, `option` one of the `level` of a socket before it, `prctl-value` what the operation before
 * it takes or gives: a name, or a number. `restored-mask` is no argument: the sensor puts there which signals are blocked
 * once a handler has ended.
 */
export type ArgumentKind =
  | 'fd'
  | 'dirfd'
  | 'path'
  | 'text'
  | 'in'
  | 'out'
  | 'int'
  | 'uint'
  | 'hex'
  | 'mode'
  | 'pointer'
  | 'signal'
  | 'restored-mask'
  | 'address'
  | 'peer'
  | 'size'
  | 'command'
  | 'option'
  | 'prctl-value'
  | FlagKind

/** Arguments that are names of numbers: see `flags.ts`. */
export type FlagKind =
  | 'open'
  | 'access'
  | 'at'
  | 'access-at'
  | 'protection'
  | 'mapping'
  | 'domain'
  | 'socktype'
  | 'whence'
  | 'fcntl'
  | 'clone'
  | 'pipe'
  | 'limit'
  | 'arch'
  | 'advice'
  | 'access-pattern'
  | 'random'
  | 'descriptor'
  | 'priority'
  | 'mask'
  | 'epoll'
  | 'memory-file'
  | 'clock'
  | 'timer'
  | 'prctl'
  | 'ptrace'
  | 'mount'
  | 'umount'
  | 'shutdown'
  | 'message'
  | 'wait'
  | 'futex'
  | 'ioctl'
  | 'level'
  | 'lock'
  | 'seccomp'
  | 'bpf'
  | 'usage'
  | 'rename'
  | 'splice'
  | 'event-file'
  | 'socket-file'
  | 'poll-file'
  | 'watch-file'
  | 'timer-file'
  | 'signal-file'
  | 'remap'
  | 'statx-at'
  | 'statx'
  | 'xattr'
  | 'scheduler'

/** By name, in the order of the call's arguments (man pages, section 2). */
const TEXTS = `
read fd out uint|write fd in uint|open path open mode|close fd|stat path pointer|fstat fd pointer|lstat path pointer
poll pointer uint int|lseek fd int whence|mmap pointer uint protection mapping fd hex|mprotect pointer uint protection
munmap pointer uint|brk pointer|rt_sigaction signal pointer pointer uint|rt_sigprocmask mask pointer pointer uint
ioctl fd ioctl hex|pread64 fd out uint int|pwrite64 fd in uint int|readv fd pointer uint|writev fd pointer uint
access path access|pipe pointer|select int pointer pointer pointer pointer|sched_yield|mremap pointer uint uint remap pointer
madvise pointer uint advice|dup fd|dup2 fd fd|pause|nanosleep pointer pointer|alarm uint|getpid|sendfile fd fd pointer uint
socket domain socktype int|connect fd address uint|accept fd peer size|sendto fd in uint message address uint
recvfrom fd out uint message peer size|sendmsg fd pointer message|recvmsg fd pointer message|shutdown fd shutdown|bind fd address uint
listen fd int|getsockname fd peer size|getpeername fd peer size|socketpair domain socktype int pointer
setsockopt fd level option pointer uint|getsockopt fd level option pointer pointer|clone clone pointer pointer pointer hex|fork|vfork
execve path pointer pointer|exit int|wait4 int pointer wait pointer|kill int signal|uname pointer|fcntl fd fcntl command
flock fd lock|fsync fd|fdatasync fd|truncate path uint|ftruncate fd uint|getcwd out uint|chdir path|fchdir fd
rename path path|mkdir path mode|rmdir path|creat path mode|link path path|unlink path|symlink text path
readlink path out uint|chmod path mode|fchmod fd mode|chown path int int|fchown fd int int|lchown path int int|umask mode
gettimeofday pointer pointer|getrlimit limit pointer|getrusage usage pointer|sysinfo pointer|times pointer
ptrace ptrace int pointer pointer|getuid|getgid|setuid uint|setgid uint|geteuid|getegid|setpgid int int|getppid|getpgrp|setsid
setreuid int int|setregid int int|getgroups int pointer|setgroups uint pointer|setresuid int int int|setresgid int int int
getpgid int|getsid int|capget pointer pointer|capset pointer pointer|rt_sigsuspend pointer uint|sigaltstack pointer pointer
mknod path mode hex|personality hex|statfs path pointer|fstatfs fd pointer|prctl prctl prctl-value hex hex hex|arch_prctl arch pointer
setrlimit limit pointer|chroot path|sync|mount text path text mount pointer|umount2 path umount|sethostname in uint
init_module pointer uint text|delete_module text hex|gettid|tkill int signal|time pointer
futex pointer futex uint pointer pointer uint|sched_setaffinity int uint pointer|sched_getaffinity int uint pointer
getdents64 fd pointer uint|set_tid_address pointer|fadvise64 fd int uint access-pattern|clock_settime clock pointer
clock_gettime clock pointer|clock_getres clock pointer|clock_nanosleep clock timer pointer pointer|exit_group int
epoll_wait fd pointer int int|epoll_ctl fd epoll fd pointer|tgkill int int signal|waitid int int pointer wait pointer
inotify_init|inotify_add_watch fd path hex|inotify_rm_watch fd int|openat dirfd path open mode|mkdirat dirfd path mode
mknodat dirfd path mode hex|fchownat dirfd path int int at|newfstatat dirfd path pointer at|unlinkat dirfd path at
renameat dirfd path dirfd path|linkat dirfd path dirfd path at|symlinkat text dirfd path|readlinkat dirfd path out uint
fchmodat dirfd path mode|faccessat dirfd path access|pselect6 int pointer pointer pointer pointer pointer
ppoll pointer uint pointer pointer uint|unshare clone|set_robust_list pointer uint|splice fd pointer fd pointer uint splice
utimensat dirfd path pointer at|epoll_pwait fd pointer int int pointer uint|timerfd_create clock timer-file|eventfd uint
fallocate fd int uint uint|accept4 fd peer size socket-file|signalfd4 fd pointer uint signal-file|eventfd2 uint event-file
epoll_create1 poll-file|dup3 fd fd pipe|pipe2 pointer pipe|inotify_init1 watch-file|preadv fd pointer uint int|pwritev fd pointer uint int
prlimit64 int limit pointer pointer|setns fd clone|process_vm_readv int pointer uint pointer uint uint
process_vm_writev int pointer uint pointer uint uint|finit_module fd text hex|renameat2 dirfd path dirfd path rename
seccomp seccomp hex pointer|getrandom pointer uint random|memfd_create text memory-file|bpf bpf pointer uint
execveat dirfd path pointer pointer at|userfaultfd hex|copy_file_range fd pointer fd pointer uint hex
statx dirfd path statx-at statx pointer|rseq pointer hex int hex|pidfd_send_signal fd signal pointer hex|io_uring_setup uint pointer
io_uring_enter fd uint uint hex pointer uint|pidfd_open int hex|clone3 pointer uint|close_range fd fd hex
openat2 dirfd path pointer uint|pidfd_getfd fd fd hex|faccessat2 dirfd path access access-at|fchmodat2 dirfd path mode at
getpriority priority int|setpriority priority int int|getxattr path text pointer uint|lgetxattr path text pointer uint
fgetxattr fd text pointer uint|setxattr path text in uint xattr|lsetxattr path text in uint xattr|fsetxattr fd text in uint xattr
listxattr path pointer uint|llistxattr path pointer uint|flistxattr fd pointer uint|removexattr path text
lremovexattr path text|fremovexattr fd text|pivot_root path path|swapon path hex|swapoff path|acct path|setdomainname in uint
reboot hex hex hex pointer|settimeofday pointer pointer|getresuid pointer pointer pointer|getresgid pointer pointer pointer
setfsuid uint|setfsgid uint|rt_sigpending pointer uint|rt_sigtimedwait pointer pointer pointer uint
rt_sigqueueinfo int signal pointer|rt_tgsigqueueinfo int int signal pointer|utime path pointer|utimes path pointer
futimesat dirfd path pointer|ustat hex pointer|sched_setparam int pointer|sched_getparam int pointer
sched_setscheduler int scheduler pointer|sched_getscheduler int|sched_get_priority_max scheduler
sched_get_priority_min scheduler|sched_rr_get_interval int pointer|sched_setattr int pointer hex|sched_getattr int pointer uint hex
mlock pointer uint|munlock pointer uint|mlockall hex|munlockall|mlock2 pointer uint hex|msync pointer uint hex
mincore pointer uint pointer|vhangup|iopl int|ioperm uint uint int|getdents fd pointer uint|syslog int pointer uint
readahead fd int uint|sync_file_range fd int int hex|syncfs fd|tee fd fd uint splice|vmsplice fd pointer uint splice
shmget hex uint hex|shmat int pointer hex|shmctl int hex pointer|shmdt pointer|semget hex int hex|semop int pointer uint
semtimedop int pointer uint pointer|semctl int int hex hex|msgget hex hex|msgsnd int pointer uint hex
msgrcv int pointer uint int hex|msgctl int hex pointer|getitimer int pointer|setitimer int pointer pointer
epoll_create int|timer_create clock pointer pointer|timer_settime int timer pointer pointer|timer_gettime int pointer
timer_getoverrun int|timer_delete int|timerfd_settime fd timer pointer pointer|timerfd_gettime fd pointer
signalfd fd pointer uint|mq_open text open mode pointer|mq_unlink text|mq_timedsend fd in uint uint pointer
mq_timedreceive fd out uint pointer pointer|mq_notify fd pointer|mq_getsetattr fd pointer pointer
add_key text text in uint int|request_key text text text int|keyctl int hex hex hex hex
kexec_load pointer uint pointer hex|kexec_file_load fd fd uint text hex|perf_event_open pointer int int fd hex
recvmmsg fd pointer uint message pointer|sendmmsg fd pointer uint message|fanotify_init hex open
fanotify_mark fd hex hex dirfd path|name_to_handle_at dirfd path pointer pointer at|open_by_handle_at fd pointer open
clock_adjtime clock pointer|getcpu pointer pointer pointer|kcmp int int int hex hex|membarrier int hex int
preadv2 fd pointer uint int int hex|pwritev2 fd pointer uint int int hex|pkey_mprotect pointer uint protection int
pkey_alloc hex hex|pkey_free int|io_setup uint pointer|io_destroy pointer|io_getevents pointer int int pointer pointer
io_submit pointer int pointer|io_cancel pointer pointer pointer|io_uring_register fd uint pointer uint
open_tree dirfd path hex|move_mount dirfd path dirfd path hex|fsopen text hex|fsconfig fd uint text pointer int
fsmount fd hex hex|fspick dirfd path hex|mount_setattr dirfd path hex pointer uint|epoll_pwait2 fd pointer int pointer pointer uint
process_madvise fd pointer uint advice hex|process_mrelease fd hex|memfd_secret hex|get_robust_list int pointer pointer
landlock_create_ruleset pointer uint hex|landlock_add_rule fd uint pointer hex|landlock_restrict_self fd hex
ioprio_get int int|ioprio_set int int int|rt_sigreturn restored-mask|restart_syscall|mseal pointer uint hex|cachestat fd pointer pointer hex
`

/** @returns undefined for a call whose arguments are shown as numbers */
export function signatureOf(name: string): readonly ArgumentKind[] | undefined {
  return SIGNATURES.get(name)
}

const SIGNATURES: ReadonlyMap<string, readonly ArgumentKind[]> = new Map(
  TEXTS.trim()
    .split(/[|\n]/)
    .map((text): [string, ArgumentKind[]] => {
      const [name = '', ...kinds] = text.split(' ')
      return [name, kinds as ArgumentKind[]]
    }),
)

/** How the sensor reads an argument from the caller's memory: `RAW_…` in sensor/protocol.h. */
const READINGS: ReadonlyMap<string, number> = new Map([
  ['path', 1],
  ['text', 1],
  ['prctl-value', 1],
  ['in', 2],
  ['address', 2],
  ['out', 3],
  ['peer', 4],
])
const READING_BITS = 3

const MOST_CALLS = 512

/** What the sensor is told of all calls: `NUMBER:READINGS`, three bits for each argument. */
export function rawCalls(): string {
  const calls: string[] = []
  for (let number = 0; number < MOST_CALLS; number++) {
    const name = nativeCallName(number)
    const kinds = name === undefined ? [] : (signatureOf(name) ?? [])
    let readings = 0
    kinds.forEach((kind, index) => {
      readings |= (READINGS.get(kind) ?? 0) << (READING_BITS * index)
    })
    calls.push(`${number}:${readings}`)
  }
  return calls.join(',')
}
