/**
 * Calls that programs make to start, whatever they do later: of the dynamic loader and the C library (glibc 2.36, musl
 * 1.2), of a shell that runs a start script (dash, bash, BusyBox), of the runtimes of Go, Node.js, Python and Perl before
 * the first line of a program, and of a server until it listens, as a daemon in a session of its own. Traced with strace on
 * x86-64; `open`, `stat` and their like are what earlier C libraries call in place of `openat` and `newfstatat`. None needs
 * a capability by itself, and none changes files.
 */
export const START_CALLS: readonly string[] = `
access arch_prctl brk close execve exit exit_group faccessat faccessat2 fstat futex getrandom getrlimit
lseek lstat mmap mprotect mremap munmap newfstatat open openat pread64 prlimit64 read readlink readlinkat
rseq set_robust_list set_tid_address stat statx sysinfo uname write writev
chdir clone dup dup2 dup3 fcntl fork getcwd getdents64 getegid geteuid getgid getgroups getpgid getpgrp
getpid getppid getuid ioctl pipe pipe2 poll prctl rt_sigaction rt_sigprocmask rt_sigreturn umask vfork wait4
clock_getres clock_gettime clock_nanosleep epoll_create1 epoll_ctl epoll_pwait eventfd2 gettid madvise
nanosleep sched_getaffinity sched_yield sigaltstack tgkill
bind getpeername getsockname getsockopt listen setsid setsockopt socket
`
  .trim()
  .split(/\s+/)
