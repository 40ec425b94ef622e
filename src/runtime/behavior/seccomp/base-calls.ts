/** The container runtimes whose own calls a profile may have to allow. */
export const SECCOMP_BASES = ['containerd', 'crio', 'docker', 'none'] as const
export type SeccompBase = (typeof SECCOMP_BASES)[number]

/**
 * What `runc init` calls between loading the filter and the container's own program, in starting a container and in
 * entering it (`kubectl exec`, exec probes), as root and as another user, with and without `no_new_privs`: "Without
 * NoNewPrivileges seccomp is a privileged operation, so we need to do this before dropping capabilities" (runc,
 * libcontainer/standard_init_linux.go). Traced with runc 1.1; `getuid`, `close_range`, `recvfrom` and `exit_group` come
 * from later versions (security-profiles-operator, examples/baseprofile-runc.yaml, v1.2.3). The last line is what Go's
 * scheduler and memory may need at any time.
 */
const RUNC = `
capget capset chdir close close_range epoll_ctl epoll_pwait execve exit_group faccessat2 fchown
fcntl fstat fstatfs futex getcwd getdents64 getpid getppid getuid newfstatat openat prctl read
recvfrom setgid setgroups setuid write
madvise mmap munmap nanosleep rt_sigprocmask rt_sigreturn sched_yield tgkill
`
  .trim()
  .split(/\s+/)

/**
 * The same of crun: its calls (security-profiles-operator, examples/baseprofile-crun.yaml, v1.18) without those that make
 * the container's namespaces and mounts, which it is done with when it loads the filter.
 */
const CRUN = `
access arch_prctl brk capset chdir close close_range dup2 execve exit_group fchdir fchown fcntl fstat
fstatfs getcwd getdents64 getegid geteuid getgid getuid ioctl lseek mmap mprotect munmap nanosleep
newfstatat openat openat2 prctl pselect6 read readlink rt_sigaction rt_sigprocmask set_tid_address
setgroups setresgid setresuid setsid statfs statx umask write
`
  .trim()
  .split(/\s+/)

/**
 * Calls that a runtime makes under the container's own filter: without them no container starts under the profile.
 * containerd and Docker run runc; CRI-O runs crun (its default since 1.31) or runc.
 */
export const BASE_CALLS: Readonly<Record<SeccompBase, readonly string[]>> = {
  containerd: RUNC,
  docker: RUNC,
  crio: [...new Set([...RUNC, ...CRUN])].sort(),
  none: [],
}
