import type { Buffer } from 'node:buffer'
import type { Address, Connection } from './descriptor.ts'

/** Families of sockets, by the numbers of Linux. */
export const FAMILY = { unix: 1, ipv4: 2, ipv6: 10, netlink: 16 } as const

/** An address and its port. */
export interface Endpoint {
  readonly address: Address
  readonly port: number
}

export function formatAddress(address: Address): string {
  if (typeof address === 'string') return address
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

/** `a:p->b:q`, as libs names a connection. */
export function formatConnection({ source, sourcePort, destination, destinationPort }: Connection): string {
  return `${formatAddress(source)}:${sourcePort}->${formatAddress(destination)}:${destinationPort}`
}

export function formatEndpoint({ address, port }: Endpoint): string {
  return `${formatAddress(address)}:${port}`
}

/** Four bytes in network order. */
export function ipv4At(bytes: Buffer, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  )
}

/** Sixteen bytes in network order; an IPv4 address that is mapped into IPv6 is that IPv4 address. */
export function ipv6At(bytes: Buffer, at: number): Address {
  let isMapped = bytes[at + 10] === 0xff && bytes[at + 11] === 0xff
  for (let index = 0; isMapped && index < 10; index++) isMapped = bytes[at + index] === 0
  return isMapped ? ipv4At(bytes, at + 12) : formatIpv6(bytes, at)
}

/** As RFC 5952 asks for: the longest run of zeros, of two groups at least, is left out. */
export function formatIpv6(bytes: Buffer, at: number): string {
  const groups: number[] = []
  for (let index = 0; index < 16; index += 2)
    groups.push(((bytes[at + index] as number) << 8) | (bytes[at + index + 1] as number))
  let start = -1
  let length = 1
  for (let index = 0; index < 8; index++) {
    let end = index
    while (end < 8 && groups[end] === 0) end++
    if (end - index > length) {
      start = index
      length = end - index
    }
  }
  const hex = groups.map((group) => group.toString(16))
  if (start < 0) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

/** Ports are in the order of the host, unlike addresses. */
function portAt(bytes: Buffer, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
}

/** What a `SOCKADDR` holds; undefined for families without an address, and for cut ones. */
export function endpointAt(bytes: Buffer, start: number, end: number): Endpoint | undefined {
  if (end - start >= 7 && bytes[start] === FAMILY.ipv4)
    return { address: ipv4At(bytes, start + 1), port: portAt(bytes, start + 5) }
  if (end - start >= 19 && bytes[start] === FAMILY.ipv6)
    return { address: ipv6At(bytes, start + 1), port: portAt(bytes, start + 17) }
  return undefined
}

/** What a `SOCKTUPLE` of two addresses holds. */
export function connectionAt(bytes: Buffer, start: number, end: number): Connection | undefined {
  if (end - start >= 13 && bytes[start] === FAMILY.ipv4)
    return {
      source: ipv4At(bytes, start + 1),
      sourcePort: portAt(bytes, start + 5),
      destination: ipv4At(bytes, start + 7),
      destinationPort: portAt(bytes, start + 11),
    }
  if (end - start >= 37 && bytes[start] === FAMILY.ipv6)
    return {
      source: ipv6At(bytes, start + 1),
      sourcePort: portAt(bytes, start + 17),
      destination: ipv6At(bytes, start + 19),
      destinationPort: portAt(bytes, start + 35),
    }
  return undefined
}

/**
 * The protocol of IP that stands behind the ends in a `SOCKTUPLE` of our own sensor; undefined in those of libs, and for other
 * families.
 */
export function protocolAt(bytes: Buffer, start: number, end: number): number | undefined {
  const length = bytes[start] === FAMILY.ipv4 ? IPV4_TUPLE : bytes[start] === FAMILY.ipv6 ? IPV6_TUPLE : end
  return end - start > length ? bytes[start + length] : undefined
}

const IPV4_TUPLE = 13
const IPV6_TUPLE = 37

/** `hex->hex path`, as libs names a socket of the file system. */
export function formatUnix(source: bigint, peer: bigint, path: string): string {
  return `${source.toString(16)}->${peer.toString(16)} ${path}`
}
