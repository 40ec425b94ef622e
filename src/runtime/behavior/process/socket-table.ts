import type { SocketFacts } from './facts.ts'

type InternetProtocol = Exclude<SocketFacts['protocol'], 'unix'>

/** States of a TCP socket by their numbers (Linux, include/net/tcp_states.h). */
const STATES: Readonly<Record<string, string>> = {
  '01': 'ESTABLISHED',
  '02': 'SYN_SENT',
  '03': 'SYN_RECV',
  '04': 'FIN_WAIT1',
  '05': 'FIN_WAIT2',
  '06': 'TIME_WAIT',
  '07': 'CLOSE',
  '08': 'CLOSE_WAIT',
  '09': 'LAST_ACK',
  '0A': 'LISTEN',
  '0B': 'CLOSING',
}

/** /proc/PID/net/tcp and its like: sockets by inode. */
export function parseInternetSockets(text: string, protocol: InternetProtocol): Map<string, SocketFacts> {
  const found = new Map<string, SocketFacts>()
  for (const line of text.split('\n').slice(1)) {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/)
    if (local === undefined || remote === undefined || inode === undefined || inode === '0') continue
    const from = formatEndpoint(local)
    const to = formatEndpoint(remote)
    if (from === undefined || to === undefined) continue
    const isConnected = !remote.endsWith(':0000')
    const name = protocol.startsWith('udp')
      ? isConnected
        ? 'CONNECTED'
        : 'BOUND'
      : (STATES[state ?? ''] ?? '')
    found.set(inode, { protocol, local: from, remote: isConnected ? to : null, state: name })
  }
  return found
}

/** /proc/PID/net/unix: number, references, protocol, flags, type, state, inode, path. */
export function parseUnixSockets(text: string): Map<string, SocketFacts> {
  const found = new Map<string, SocketFacts>()
  for (const line of text.split('\n').slice(1)) {
    const [, , , flags, , state, inode, ...path] = line.trim().split(/\s+/)
    if (inode === undefined) continue
    // 0x10000: it accepts connections; 03: it is connected.
    const name = flags === '00010000' ? 'LISTEN' : state === '03' ? 'CONNECTED' : 'UNCONNECTED'
    found.set(inode, { protocol: 'unix', local: path.join(' '), remote: null, state: name })
  }
  return found
}

/** `0100007F:1F90`: words of the address in the machine's order, the port in that of the network. */
function formatEndpoint(text: string): string | undefined {
  const [address = '', port = ''] = text.split(':')
  if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/i.test(address) || !/^[0-9A-F]{4}$/i.test(port)) return undefined
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).reverse(),
  )
  const number = Number.parseInt(port, 16)
  return bytes.length === 4 ? `${bytes.join('.')}:${number}` : `[${formatIpv6(bytes)}]:${number}`
}

/** RFC 5952, but of an address that holds one of IPv4 only that. */
function formatIpv6(bytes: readonly number[]): string {
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (isMapped) return `::ffff:${bytes.slice(12).join('.')}`
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  )
  const zeros = longestZeros(groups)
  if (zeros.length < 2) return groups.join(':')
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.start + zeros.length).join(':')}`
}

function longestZeros(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (groups[end] === '0') end++
    if (end - start > best.length) best = { start, length: end - start }
  }
  return best
}
