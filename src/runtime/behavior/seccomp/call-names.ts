import { NATIVE_CALL_NAMES } from '../../sensors/index.ts'

/** Calls that other architectures have besides those of x86-64, by the names that libseccomp gives them. */
const ELSEWHERE = `
_llseek _newselect arm_fadvise64_64 arm_sync_file_range bdflush breakpoint cacheflush chown32
clock_adjtime64 clock_getres_time64 clock_gettime64 clock_nanosleep_time64 clock_settime64
fadvise64_64 fchown32 fcntl64 fstat64 fstatat64 fstatfs64 ftruncate64 futex_time64 getegid32
geteuid32 getgid32 getgroups32 getresgid32 getresuid32 getuid32 idle io_pgetevents_time64 ipc
lchown32 lstat64 mmap2 mq_timedreceive_time64 mq_timedsend_time64 nice oldfstat oldlstat
oldolduname oldstat olduname ppoll_time64 pselect6_time64 readdir recv recvmmsg_time64
rt_sigtimedwait_time64 sched_rr_get_interval_time64 semtimedop_time64 send sendfile64 set_tls
setfsgid32 setfsuid32 setgid32 setgroups32 setregid32 setresgid32 setresuid32 setreuid32 setuid32
sgetmask sigaction signal sigpending sigprocmask sigreturn sigsuspend socketcall ssetmask stat64
statfs64 stime sync_file_range2 timer_gettime64 timer_settime64 timerfd_gettime64
timerfd_settime64 truncate64 ugetrlimit umount usr26 usr32 utimensat_time64 vm86 vm86old waitpid
s390_guarded_storage s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr s390_sthyi
riscv_flush_icache riscv_hwprobe uretprobe uprobe swapcontext subpage_prot rtas multiplexer
spu_create spu_run pciconfig_iobase pciconfig_read pciconfig_write switch_endian
sys_debug_setcontext
`
  .trim()
  .split(/\s+/)

/** Every system call that a profile may name. */
export const CALL_NAMES: ReadonlySet<string> = new Set([...NATIVE_CALL_NAMES, ...ELSEWHERE])

/** Names that libs gives to events of calls whose name in the kernel is another one (x86-64). */
const KERNEL_NAMES: Readonly<Record<string, string>> = {
  pread: 'pread64',
  pwrite: 'pwrite64',
  prlimit: 'prlimit64',
  send: 'sendto',
  recv: 'recvfrom',
  umount: 'umount2',
  sigreturn: 'rt_sigreturn',
}

/**
 * The call that an event is the end of.
 *
 * @param type - `evt.type`
 * @returns undefined for events of no system call, such as `procexit`
 */
export function calledName(type: string): string | undefined {
  const name = KERNEL_NAMES[type] ?? type
  return CALL_NAMES.has(name) ? name : undefined
}
