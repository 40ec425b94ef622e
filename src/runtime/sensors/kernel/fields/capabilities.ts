/** Linux capabilities by their bits (capabilities(7)). */
const NAMES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_ADMIN',
  'NET_RAW',
  'IPC_LOCK',
  'IPC_OWNER',
  'SYS_MODULE',
  'SYS_RAWIO',
  'SYS_CHROOT',
  'SYS_PTRACE',
  'SYS_PACCT',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_NICE',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'MKNOD',
  'LEASE',
  'AUDIT_WRITE',
  'AUDIT_CONTROL',
  'SETFCAP',
  'MAC_OVERRIDE',
  'MAC_ADMIN',
  'SYSLOG',
  'WAKE_ALARM',
  'BLOCK_SUSPEND',
  'AUDIT_READ',
  'PERFMON',
  'BPF',
  'CHECKPOINT_RESTORE',
] as const

const known = new Map<bigint, string>()
const MOST_KNOWN = 1000

/** `CAP_CHOWN CAP_KILL …`, empty for none. */
export function capabilityNames(bits: bigint): string {
  const found = known.get(bits)
  if (found !== undefined) return found
  const names = NAMES.filter((_, bit) => (bits >> BigInt(bit)) & 1n).map((name) => `CAP_${name}`)
  const text = names.join(' ')
  if (known.size < MOST_KNOWN) known.set(bits, text)
  return text
}
