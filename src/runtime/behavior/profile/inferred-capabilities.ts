import type { ListeningPort } from './recording.ts'

/** Capabilities that calls may need: capabilities(7). That they do is not certain, but they are not refused for it. */
const BY_CALL: Readonly<Record<string, readonly string[]>> = {
  chown: ['CHOWN', 'FOWNER'],
  lchown: ['CHOWN', 'FOWNER'],
  fchown: ['CHOWN', 'FOWNER'],
  fchownat: ['CHOWN', 'FOWNER'],
  setuid: ['SETUID'],
  setreuid: ['SETUID'],
  setresuid: ['SETUID'],
  setgid: ['SETGID'],
  setregid: ['SETGID'],
  setresgid: ['SETGID'],
  setgroups: ['SETGID'],
  chroot: ['SYS_CHROOT'],
  mount: ['SYS_ADMIN'],
  umount2: ['SYS_ADMIN'],
  pivot_root: ['SYS_ADMIN'],
  setns: ['SYS_ADMIN'],
  sethostname: ['SYS_ADMIN'],
  ptrace: ['SYS_PTRACE'],
  process_vm_readv: ['SYS_PTRACE'],
  init_module: ['SYS_MODULE'],
  finit_module: ['SYS_MODULE'],
  delete_module: ['SYS_MODULE'],
  mknod: ['MKNOD'],
  mknodat: ['MKNOD'],
  settimeofday: ['SYS_TIME'],
  clock_settime: ['SYS_TIME'],
  bpf: ['BPF'],
  perf_event_open: ['PERFMON'],
  syslog: ['SYSLOG'],
  reboot: ['SYS_BOOT'],
  capset: ['SETPCAP'],
}

/** What the calls of a container point to, where nothing tells which capabilities it used. */
export function inferredCapabilities(
  calls: readonly string[],
  ports: readonly ListeningPort[],
): readonly string[] {
  const ofPorts = ports.some(({ port }) => port < 1024) ? ['NET_BIND_SERVICE'] : []
  return [...calls.flatMap((name) => BY_CALL[name] ?? []), ...ofPorts]
}
