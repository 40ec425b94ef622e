import type { Buffer } from 'node:buffer'
import { FAMILY, formatAddress, ipv4At, ipv6At } from '../kernel/addresses.ts'
import { showFlags } from './flags.ts'
import { quoted } from './quoted.ts'

/** Bytes of `sockaddr_in`, `sockaddr_in6` and `sockaddr_nl` up to the last field that is shown. */
const SIZE = { ipv4: 8, ipv6: 28, netlink: 12 } as const

/**
 * An address of a socket as strace writes it: `{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}`.
 *
 * @param bytes a `sockaddr` as the call was given it, or made it
 * @returns undefined where there is not even a family
 */
export function showAddress(bytes: Buffer): string | undefined {
  if (bytes.length < 2) return undefined
  const family = bytes.readUInt16LE(0)
  return `{sa_family=${[showFlags('domain', family), ...partsOf(bytes, family)].join(', ')}}`
}

function partsOf(bytes: Buffer, family: number): string[] {
  if (family === FAMILY.unix) return unixPath(bytes.subarray(2))
  if (family === FAMILY.ipv4 && bytes.length >= SIZE.ipv4)
    return [
      `sin_port=htons(${bytes.readUInt16BE(2)})`,
      `sin_addr=inet_addr("${formatAddress(ipv4At(bytes, 4))}")`,
    ]
  if (family === FAMILY.ipv6 && bytes.length >= SIZE.ipv6)
    return [
      `sin6_port=htons(${bytes.readUInt16BE(2)})`,
      `sin6_flowinfo=htonl(${bytes.readUInt32BE(4)})`,
      `inet_pton(AF_INET6, "${ipv6Text(bytes)}", &sin6_addr)`,
      `sin6_scope_id=${bytes.readUInt32LE(24)}`,
    ]
  if (family === FAMILY.netlink && bytes.length >= SIZE.netlink)
    return [
      `nl_pid=${bytes.readUInt32LE(4)}`,
      `nl_groups=${bytes.readUInt32LE(8).toString(16).padStart(8, '0')}`,
    ]
  return bytes.length > 2 ? [`sa_data=${quoted(bytes.toString('latin1', 2))}`] : []
}

/** As inet_ntop(3) writes it: the last four bytes of a mapped address are those of IPv4. */
function ipv6Text(bytes: Buffer): string {
  const address = ipv6At(bytes, 8)
  return typeof address === 'number' ? `::ffff:${formatAddress(address)}` : formatAddress(address)
}

/** unix(7): a path ends with its NUL, an abstract name begins with one and goes on to the address' end. */
function unixPath(path: Buffer): string[] {
  if (path.length === 0) return []
  if (path[0] === 0) return [`sun_path=@${quoted(path.toString('latin1', 1))}`]
  const nul = path.indexOf(0)
  return [`sun_path=${quoted(path.toString('latin1', 0, nul < 0 ? path.length : nul))}`]
}
