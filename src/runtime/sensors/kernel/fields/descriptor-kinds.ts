import { DESCRIPTOR, type Descriptor, TRANSPORT } from '../descriptor.ts'

/** `fd.type` and `fd.typechar` of each kind (libs, fdinfo.cpp). */
const KINDS: Readonly<Record<number, readonly [type: string, char: string]>> = {
  [DESCRIPTOR.file]: ['file', 'f'],
  [DESCRIPTOR.fileWithFlags]: ['file', 'f'],
  [DESCRIPTOR.directory]: ['directory', 'd'],
  [DESCRIPTOR.ipv4]: ['ipv4', '4'],
  [DESCRIPTOR.ipv4Server]: ['ipv4', '4'],
  [DESCRIPTOR.ipv6]: ['ipv6', '6'],
  [DESCRIPTOR.ipv6Server]: ['ipv6', '6'],
  [DESCRIPTOR.pipe]: ['pipe', 'p'],
  [DESCRIPTOR.unix]: ['unix', 'u'],
  [DESCRIPTOR.event]: ['event', 'e'],
  [DESCRIPTOR.unsupported]: ['unsupported', 'X'],
  [DESCRIPTOR.signal]: ['signalfd', 's'],
  [DESCRIPTOR.eventPoll]: ['eventpoll', 'l'],
  [DESCRIPTOR.inotify]: ['inotify', 'i'],
  [DESCRIPTOR.timer]: ['timerfd', 't'],
  [DESCRIPTOR.netlink]: ['netlink', 'n'],
  [DESCRIPTOR.bpf]: ['bpf', 'b'],
  [DESCRIPTOR.userfault]: ['userfaultfd', 'u'],
  [DESCRIPTOR.ioUring]: ['io_uring', 'r'],
  [DESCRIPTOR.memory]: ['memfd', 'm'],
  [DESCRIPTOR.process]: ['pidfd', 'P'],
}

export function typeNameOf(kind: number): string {
  return KINDS[kind]?.[0] ?? '<NA>'
}

export function typeCharOf(kind: number): string {
  return KINDS[kind]?.[1] ?? 'o'
}

const TRANSPORTS: Readonly<Record<number, string>> = {
  [TRANSPORT.tcp]: 'tcp',
  [TRANSPORT.udp]: 'udp',
  [TRANSPORT.icmp]: 'icmp',
  [TRANSPORT.raw]: 'raw',
}

/** A connection without a role has no transport yet. */
export function transportOf({ kind, role, transport }: Descriptor): string | undefined {
  const isConnection = kind === DESCRIPTOR.ipv4 || kind === DESCRIPTOR.ipv6
  const isServer = kind === DESCRIPTOR.ipv4Server || kind === DESCRIPTOR.ipv6Server
  if (!isServer && (!isConnection || role === 'none')) return undefined
  return TRANSPORTS[transport]
}

/** `<4t>10.0.0.1:1->10.0.0.2:2`: how arguments show a descriptor. */
export function shownDescriptor(descriptor: Descriptor): string {
  const transport = transportOf(descriptor)
  return `<${typeCharOf(descriptor.kind)}${transport === undefined ? '' : transport.charAt(0)}>${descriptor.name}`
}
