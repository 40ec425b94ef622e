import type { FlagKind } from './signatures.ts'

/** Bits with names, the first of those that share bits first; `zero` is what no bit is written as. */
interface Flags {
  readonly mask?: number
  readonly values: readonly (readonly [number, string])[]
  readonly bits: readonly (readonly [number, string])[]
  readonly zero: string
}

const named = (text: string): [number, string][] =>
  text
    .trim()
    .split(/\s+/)
    .map((each) => {
      const [name = '', value = '0'] = each.split('=')
      return [Number(value), name]
    })

function bits(text: string, zero = '0'): Flags {
  return { values: [], bits: named(text), zero }
}

function values(text: string, further = '', mask?: number): Flags {
  return {
    ...(mask !== undefined && { mask }),
    values: named(text),
    bits: further === '' ? [] : named(further),
    zero: '0',
  }
}

/** Linux on x86-64 (include/uapi). */
const FLAGS: Readonly<Record<FlagKind, Flags>> = {
  open: values(
    'O_RDONLY=0 O_WRONLY=1 O_RDWR=2',
    'O_CREAT=0o100 O_EXCL=0o200 O_NOCTTY=0o400 O_TRUNC=0o1000 O_APPEND=0o2000 O_NONBLOCK=0o4000 O_SYNC=0o4010000 O_DSYNC=0o10000 O_ASYNC=0o20000 O_DIRECT=0o40000 O_LARGEFILE=0o100000 O_TMPFILE=0o20200000 O_DIRECTORY=0o200000 O_NOFOLLOW=0o400000 O_NOATIME=0o1000000 O_CLOEXEC=0o2000000 O_PATH=0o10000000',
    3,
  ),
  access: bits('R_OK=4 W_OK=2 X_OK=1', 'F_OK'),
  at: bits(
    'AT_SYMLINK_NOFOLLOW=0x100 AT_REMOVEDIR=0x200 AT_SYMLINK_FOLLOW=0x400 AT_NO_AUTOMOUNT=0x800 AT_EMPTY_PATH=0x1000',
  ),
  protection: bits('PROT_READ=1 PROT_WRITE=2 PROT_EXEC=4', 'PROT_NONE'),
  mapping: values(
    'MAP_SHARED=1 MAP_PRIVATE=2 MAP_SHARED_VALIDATE=3',
    'MAP_FIXED=0x10 MAP_ANONYMOUS=0x20 MAP_GROWSDOWN=0x100 MAP_DENYWRITE=0x800 MAP_EXECUTABLE=0x1000 MAP_LOCKED=0x2000 MAP_NORESERVE=0x4000 MAP_POPULATE=0x8000 MAP_NONBLOCK=0x10000 MAP_STACK=0x20000 MAP_HUGETLB=0x40000 MAP_FIXED_NOREPLACE=0x100000',
    15,
  ),
  domain: values(
    'AF_UNSPEC=0 AF_UNIX=1 AF_INET=2 AF_INET6=10 AF_NETLINK=16 AF_PACKET=17 AF_ALG=38 AF_VSOCK=40',
  ),
  socktype: values(
    'SOCK_STREAM=1 SOCK_DGRAM=2 SOCK_RAW=3 SOCK_RDM=4 SOCK_SEQPACKET=5 SOCK_PACKET=10',
    'SOCK_CLOEXEC=0o2000000 SOCK_NONBLOCK=0o4000',
    15,
  ),
  whence: values('SEEK_SET=0 SEEK_CUR=1 SEEK_END=2 SEEK_DATA=3 SEEK_HOLE=4'),
  fcntl: values(
    'F_DUPFD=0 F_GETFD=1 F_SETFD=2 F_GETFL=3 F_SETFL=4 F_GETLK=5 F_SETLK=6 F_SETLKW=7 F_SETOWN=8 F_GETOWN=9 F_DUPFD_CLOEXEC=1030 F_SETPIPE_SZ=1031 F_GETPIPE_SZ=1032 F_ADD_SEALS=1033 F_GET_SEALS=1034',
  ),
  clone: bits(
    'CLONE_VM=0x100 CLONE_FS=0x200 CLONE_FILES=0x400 CLONE_SIGHAND=0x800 CLONE_PIDFD=0x1000 CLONE_PTRACE=0x2000 CLONE_VFORK=0x4000 CLONE_PARENT=0x8000 CLONE_THREAD=0x10000 CLONE_NEWNS=0x20000 CLONE_SYSVSEM=0x40000 CLONE_SETTLS=0x80000 CLONE_PARENT_SETTID=0x100000 CLONE_CHILD_CLEARTID=0x200000 CLONE_CHILD_SETTID=0x1000000 CLONE_NEWCGROUP=0x2000000 CLONE_NEWUTS=0x4000000 CLONE_NEWIPC=0x8000000 CLONE_NEWUSER=0x10000000 CLONE_NEWPID=0x20000000 CLONE_NEWNET=0x40000000 CLONE_IO=0x80000000 SIGCHLD=17',
  ),
  pipe: bits('O_CLOEXEC=0o2000000 O_NONBLOCK=0o4000 O_DIRECT=0o40000'),
  limit: values(
    'RLIMIT_CPU=0 RLIMIT_FSIZE=1 RLIMIT_DATA=2 RLIMIT_STACK=3 RLIMIT_CORE=4 RLIMIT_RSS=5 RLIMIT_NPROC=6 RLIMIT_NOFILE=7 RLIMIT_MEMLOCK=8 RLIMIT_AS=9 RLIMIT_LOCKS=10 RLIMIT_SIGPENDING=11 RLIMIT_MSGQUEUE=12 RLIMIT_NICE=13 RLIMIT_RTPRIO=14 RLIMIT_RTTIME=15',
  ),
  arch: values('ARCH_SET_GS=0x1001 ARCH_SET_FS=0x1002 ARCH_GET_FS=0x1003 ARCH_GET_GS=0x1004'),
  'access-pattern': values(
    'POSIX_FADV_NORMAL=0 POSIX_FADV_RANDOM=1 POSIX_FADV_SEQUENTIAL=2 POSIX_FADV_WILLNEED=3 POSIX_FADV_DONTNEED=4 POSIX_FADV_NOREUSE=5',
  ),
  random: bits('GRND_NONBLOCK=1 GRND_RANDOM=2 GRND_INSECURE=4'),
  advice: values(
    'MADV_NORMAL=0 MADV_RANDOM=1 MADV_SEQUENTIAL=2 MADV_WILLNEED=3 MADV_DONTNEED=4 MADV_FREE=8 MADV_HUGEPAGE=14 MADV_NOHUGEPAGE=15',
  ),
}

/** A number as the names of its bits, joined by `|` as strace does; what has no name in hexadecimal. */
export function showFlags(kind: FlagKind, value: number): string {
  const { mask = -1, values, bits, zero } = FLAGS[kind]
  let rest = value >>> 0
  const names: string[] = []
  if (values.length > 0) {
    const part = (value & mask) >>> 0
    const found = values.find(([number]) => number === part)
    if (found === undefined) return `0x${rest.toString(16)}`
    names.push(found[1])
    rest = (rest & ~part) >>> 0
  }
  for (const [bit, name] of bits) {
    if ((rest & bit) >>> 0 !== bit) continue
    names.push(name)
    rest = (rest & ~bit) >>> 0
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`)
  return names.length === 0 ? zero : names.join('|')
}

const SIGNALS =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  )

const FIRST_REAL_TIME = 32
const LAST_REAL_TIME = 64

export function signalName(number: number): string {
  const name = SIGNALS[number - 1]
  if (name !== undefined) return `SIG${name}`
  if (number === FIRST_REAL_TIME) return 'SIGRTMIN'
  return number > FIRST_REAL_TIME && number <= LAST_REAL_TIME
    ? `SIGRT_${number - FIRST_REAL_TIME}`
    : String(number)
}
