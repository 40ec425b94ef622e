/** Types of the events that haetae-sensor tells of, as `evt.type` has them: of its calls (sensor/calls.c), and of processes. */
export const SENSOR_EVENTS: ReadonlySet<string> = new Set(
  `
accept accept4 bind bpf chdir chmod chown chroot clone close connect creat delete_module dup dup2 dup3
execve execveat fchdir fchmod fchmodat fchown fchownat fcntl finit_module init_module io_uring_setup
kill lchown link linkat listen memfd_create mkdir mkdirat mknod mknodat mount open open_by_handle_at
openat openat2 pipe pipe2 pivot_root prctl process_vm_readv process_vm_writev procexit ptrace recvfrom
recvmsg rename renameat renameat2 rmdir sendmsg sendto setgid setns setregid setresgid setresuid
setreuid setsid setuid socket socketpair splice symlink symlinkat tgkill tkill umount2 unlink unlinkat
unshare userfaultfd
`
    .trim()
    .split(/\s+/),
)
