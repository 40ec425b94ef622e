/** An IPv4 address is a number of 32 bits, an IPv6 address a bigint of 128: values of different families never equal. */
export type Address = number | bigint

/** A range of addresses. */
export interface Network {
  readonly family: 4 | 6
  readonly prefix: bigint
  readonly length: number
}

/** @returns undefined for text that is no address */
export function parseAddress(text: string): Address | undefined {
  const plain = plainIpv4(text)
  if (plain !== undefined) return plain
  if (!LIKE_ADDRESS.test(text)) return undefined
  // Loaded where a text first looks like one of the rest: it takes milliseconds.
  const { isIPv4, isIPv6 } = process.getBuiltinModule('node:net')
  if (isIPv4(text)) return ipv4(text)
  return isIPv6(text) ? ipv6(text) : undefined
}

const LIKE_ADDRESS = /^[0-9a-fA-F:.]+$/

/** @returns undefined for text that is no network in CIDR notation */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const address = parseAddress(text.slice(0, slash))
  const length = text.slice(slash + 1)
  if (address === undefined || !/^[0-9]{1,3}$/.test(length)) return undefined
  const family = typeof address === 'number' ? 4 : 6
  const bits = Number(length)
  const width = family === 4 ? 32 : 128
  if (bits > width) return undefined
  return { family, prefix: BigInt(address) >> BigInt(width - bits), length: bits }
}

/** Makes the test whether an address is in the network. */
export function networkTest(network: Network): (address: Address) => boolean {
  if (network.family === 4) return ipv4NetworkTest(network)
  const shift = BigInt(128 - network.length)
  return (address) => typeof address === 'bigint' && address >> shift === network.prefix
}

function ipv4NetworkTest({ prefix, length }: Network): (address: Address) => boolean {
  const size = 2 ** (32 - length)
  const first = Number(prefix) * size
  return (address) => typeof address === 'number' && address >= first && address < first + size
}

/** Four decimal numbers between points, as most addresses are written; undefined for all that is written otherwise. */
function plainIpv4(text: string): number | undefined {
  let address = 0
  let byte = 0
  let digits = 0
  let points = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === POINT && digits > 0 && points < 3) {
      address = address * 256 + byte
      byte = 0
      digits = 0
      points++
      continue
    }
    // A zero at the beginning of a longer number, which some take for octal, is not read here.
    if (code < ZERO || code > NINE || (digits > 0 && byte === 0)) return undefined
    byte = byte * 10 + code - ZERO
    digits++
    if (byte > 255) return undefined
  }
  return points === 3 && digits > 0 ? address * 256 + byte : undefined
}

const [POINT, ZERO, NINE] = [46, 48, 57]

function ipv4(text: string): number {
  return text.split('.').reduce((address, byte) => address * 256 + Number(byte), 0)
}

function ipv6(text: string): bigint {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (embedded !== null) {
    const number = ipv4(embedded[2] ?? '')
    const groups = `${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`
    return ipv6(`${embedded[1]}${groups}`)
  }
  const [head = '', tail] = text.split('::')
  const before = groupsOf(head)
  const after = tail === undefined ? [] : groupsOf(tail)
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...new Array<number>(zeros).fill(0), ...after]
  return groups.reduce((address, group) => (address << 16n) | BigInt(group), 0n)
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
