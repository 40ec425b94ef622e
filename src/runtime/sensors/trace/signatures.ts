import { nativeCallName } from '../schema/native-calls.ts'

/**
 * What the arguments of a system call are, as strace shows them. `path` and `text` are strings of the caller; `out` is a
 * buffer that the call fills, `in` one that it takes, each with its length behind it.
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
  | FlagKind

/** Arguments that are names of numbers: see `flags.ts`. */
export type FlagKind =
  | 'open'
  | 'access'
  | 'at'
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

/** By name, in the order of the call's arguments (man pages, section 2). */
const TEXTS = `
read fd out uint|write fd in uint|open path open mode|close fd|stat path pointer|fstat fd pointer|lstat path pointer
poll pointer uint int|lseek fd int whence|mmap pointer uint protection mapping fd hex|mprotect pointer uint protection
munmap pointer uint|brk pointer|rt_sigaction signal pointer pointer uint|rt_sigprocmask int pointer pointer uint
ioctl fd hex hex|pread64 fd out uint int|pwrite64 fd in uint int|readv fd pointer uint|writev fd pointer uint
access path access|pipe pointer|select int pointer pointer pointer pointer|sched_yield|mremap pointer uint uint int pointer
madvise pointer uint advice|dup fd|dup2 fd fd|pause|nanosleep pointer pointer|alarm uint|getpid|sendfile fd fd pointer uint
socket domain socktype int|connect fd pointer uint|accept fd pointer pointer|sendto fd in uint hex pointer uint
recvfrom fd out uint hex pointer pointer|sendmsg fd pointer hex|recvmsg fd pointer hex|shutdown fd int|bind fd pointer uint
listen fd int|getsockname fd pointer pointer|getpeername fd pointer pointer|socketpair domain socktype int pointer
setsockopt fd int int pointer uint|getsockopt fd int int pointer pointer|clone clone pointer pointer pointer hex|fork|vfork
execve path pointer pointer|exit int|wait4 int pointer int pointer|kill int signal|uname pointer|fcntl fd fcntl hex
flock fd int|fsync fd|fdatasync fd|truncate path uint|ftruncate fd uint|getcwd out uint|chdir path|fchdir fd
rename path path|mkdir path mode|rmdir path|creat path mode|link path path|unlink path|symlink text path
readlink path out uint|chmod path mode|fchmod fd mode|chown path int int|fchown fd int int|lchown path int int|umask mode
gettimeofday pointer pointer|getrlimit limit pointer|getrusage int pointer|sysinfo pointer|times pointer
ptrace int int pointer pointer|getuid|getgid|setuid uint|setgid uint|geteuid|getegid|setpgid int int|getppid|getpgrp|setsid
setreuid int int|setregid int int|getgroups int pointer|setgroups uint pointer|setresuid int int int|setresgid int int int
getpgid int|getsid int|capget pointer pointer|capset pointer pointer|rt_sigsuspend pointer uint|sigaltstack pointer pointer
mknod path mode hex|personality hex|statfs path pointer|fstatfs fd pointer|prctl int hex hex hex hex|arch_prctl arch pointer
setrlimit limit pointer|chroot path|sync|mount text path text hex pointer|umount2 path hex|sethostname in uint
init_module pointer uint text|delete_module text hex|gettid|tkill int signal|time pointer
futex pointer int uint pointer pointer uint|sched_setaffinity int uint pointer|sched_getaffinity int uint pointer
getdents64 fd pointer uint|set_tid_address pointer|fadvise64 fd int uint access-pattern|clock_settime int pointer
clock_gettime int pointer|clock_getres int pointer|clock_nanosleep int int pointer pointer|exit_group int
epoll_wait fd pointer int int|epoll_ctl fd int fd pointer|tgkill int int signal|waitid int int pointer int pointer
inotify_init|inotify_add_watch fd path hex|inotify_rm_watch fd int|openat dirfd path open mode|mkdirat dirfd path mode
mknodat dirfd path mode hex|fchownat dirfd path int int at|newfstatat dirfd path pointer at|unlinkat dirfd path at
renameat dirfd path dirfd path|linkat dirfd path dirfd path at|symlinkat text dirfd path|readlinkat dirfd path out uint
fchmodat dirfd path mode|faccessat dirfd path access|pselect6 int pointer pointer pointer pointer pointer
ppoll pointer uint pointer pointer uint|unshare clone|set_robust_list pointer uint|splice fd pointer fd pointer uint hex
utimensat dirfd path pointer at|epoll_pwait fd pointer int int pointer uint|timerfd_create int hex|eventfd uint
fallocate fd int uint uint|accept4 fd pointer pointer socktype|signalfd4 fd pointer uint hex|eventfd2 uint hex
epoll_create1 hex|dup3 fd fd open|pipe2 pointer pipe|inotify_init1 hex|preadv fd pointer uint int|pwritev fd pointer uint int
prlimit64 int limit pointer pointer|setns fd clone|process_vm_readv int pointer uint pointer uint uint
process_vm_writev int pointer uint pointer uint uint|finit_module fd text hex|renameat2 dirfd path dirfd path hex
seccomp uint hex pointer|getrandom pointer uint random|memfd_create text hex|bpf int pointer uint
execveat dirfd path pointer pointer at|userfaultfd hex|copy_file_range fd pointer fd pointer uint hex
statx dirfd path at hex pointer|rseq pointer uint int hex|pidfd_send_signal fd signal pointer hex|io_uring_setup uint pointer
io_uring_enter fd uint uint hex pointer uint|pidfd_open int hex|clone3 pointer uint|close_range fd fd hex
openat2 dirfd path pointer uint|pidfd_getfd fd fd hex|faccessat2 dirfd path access at
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

/** Kinds that the sensor reads as strings from the caller's memory. */
const STRINGS: ReadonlySet<string> = new Set(['path', 'text', 'in', 'out'])

const MOST_CALLS = 512

/** What the sensor is told of all calls: `NUMBER:STRINGS`, a bit for each argument that is a string. */
export function rawCalls(): string {
  const calls: string[] = []
  for (let number = 0; number < MOST_CALLS; number++) {
    const name = nativeCallName(number)
    if (name === undefined) continue
    let strings = 0
    signatureOf(name)?.forEach((kind, index) => {
      if (STRINGS.has(kind)) strings |= 1 << index
    })
    calls.push(`${number}:${strings}`)
  }
  return calls.join(',')
}
