import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { goQuote } from '../../kubernetes/index.ts'
import { opaque, type Type } from '../types/type.ts'
import { Failure, Opaque } from '../values/value.ts'

export const IP = opaque('net.IP')
export const CIDR = opaque('net.CIDR')

/** An IP address. */
export class IpValue extends Opaque {
  /** Four bytes or sixteen. */
  readonly bytes: readonly number[]

  constructor(bytes: readonly number[]) {
    super()
    this.bytes = bytes
  }

  get type(): Type {
    return IP
  }

  override get size(): number {
    return this.bytes.length
  }

  equals(other: Opaque): boolean {
    return other instanceof IpValue && String(this) === String(other)
  }

  /** RFC 5952: lower case, the longest run of zeros left out. */
  override toString(): string {
    const address = ipaddr.fromByteArray([...this.bytes])
    return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString()
  }
}

/** A network. */
export class CidrValue extends Opaque {
  readonly address: IpValue
  readonly prefix: number

  constructor(address: IpValue, prefix: number) {
    super()
    this.address = address
    this.prefix = prefix
  }

  get type(): Type {
    return CIDR
  }

  override get size(): number {
    return Math.ceil(this.prefix / 8)
  }

  equals(other: Opaque): boolean {
    return other instanceof CidrValue && this.prefix === other.prefix && this.address.equals(other.address)
  }

  override toString(): string {
    return `${this.address}/${this.prefix}`
  }

  /** Whether the first bits of an address are those of the network. */
  contains({ bytes }: IpValue): boolean {
    const own = this.address.bytes
    if (bytes.length !== own.length) return false
    return own.every((byte, index) => {
      const mask = maskOf(this.prefix, index)
      return (byte & mask) === ((bytes[index] ?? 0) & mask)
    })
  }

  masked(): CidrValue {
    return new CidrValue(
      new IpValue(this.address.bytes.map((byte, index) => byte & maskOf(this.prefix, index))),
      this.prefix,
    )
  }
}

/** The bits of a byte that belong to the network. */
function maskOf(prefix: number, index: number): number {
  const bits = Math.min(8, Math.max(0, prefix - index * 8))
  return (0xff << (8 - bits)) & 0xff
}

/** "Zones and IPv4-mapped IPv6 addresses are not allowed" (Kubernetes documentation, "Kubernetes IP address library"). */
export function parseIp(text: string): IpValue | Failure {
  const quoted = goQuote(text)
  if (isIP(text) === 0)
    return new Failure(
      `IP Address ${quoted} parse error during conversion from string: ${parseProblem(text)}`,
    )
  if (text.includes('%')) return new Failure(`IP address ${quoted} with zone value is not allowed`)
  const bytes = bytesOf(text)
  if (isMapped(bytes)) return new Failure(`IPv4-mapped IPv6 address ${quoted} is not allowed`)
  return new IpValue(bytes)
}

const CONVERSION = 'network address parse error during conversion from string'

export function parseCidr(text: string): CidrValue | Failure {
  const slash = text.lastIndexOf('/')
  const bad = (reason: string): Failure =>
    new Failure(`${CONVERSION}: ${CONVERSION}: netip.ParsePrefix(${goQuote(text)}): ${reason}`)
  if (slash < 0) return bad("no '/'")
  const address = text.slice(0, slash)
  const bits = text.slice(slash + 1)
  if (isIP(address) === 0) return bad(parseProblem(address))
  if (address.includes('%')) return bad('IPv6 zones cannot be present in a prefix')
  if (!/^(?:0|[1-9]\d*)$/.test(bits)) return bad(`bad bits after slash: ${goQuote(bits)}`)
  const bytes = bytesOf(address)
  if (bits.length > 3 || Number(bits) > bytes.length * 8) return bad('prefix length out of range')
  if (isMapped(bytes))
    return new Failure(`${CONVERSION}: IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`)
  return new CidrValue(new IpValue(bytes), Number(bits))
}

/** The bytes of a text that is an address. */
function bytesOf(text: string): number[] {
  if (!text.includes(':')) return text.split('.').map(Number)
  const [head = '', tail] = text.split('::')
  const before = groupBytes(head)
  const after = tail === undefined ? [] : groupBytes(tail)
  return [...before, ...Array<number>(16 - before.length - after.length).fill(0), ...after]
}

function groupBytes(groups: string): number[] {
  if (groups === '') return []
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

function isMapped(bytes: readonly number[]): boolean {
  return (
    bytes.length === 16 &&
    bytes.slice(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 255 &&
    bytes[11] === 255
  )
}

/** What is wrong with a text that is no address, in the words of Go's netip as far as dotted ones go. */
function parseProblem(text: string): string {
  const problem = /^[^:%]*\./.test(text) ? dottedProblem(text) : 'unable to parse IP'
  return `ParseAddr(${goQuote(text)}): ${problem}`
}

function dottedProblem(text: string): string {
  let fields = 0
  let value = 0
  let length = 0
  for (const [index, character] of [...text].entries()) {
    if (character >= '0' && character <= '9') {
      if (length === 1 && value === 0) return 'IPv4 field has octet with leading zero'
      value = value * 10 + Number(character)
      length++
      if (value > 255) return 'IPv4 field has value >255'
    } else if (character === '.') {
      if (length === 0 || index === text.length - 1)
        return `IPv4 field must have at least one digit (at ${goQuote(text.slice(index))})`
      if (fields === 3) return 'IPv4 address too long'
      fields++
      value = 0
      length = 0
    } else return `unexpected character (at ${goQuote(text.slice(index))})`
  }
  return 'IPv4 address too short'
}
