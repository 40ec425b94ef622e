import { type FunctionDeclaration, member, overload, predicate } from '../check/declarations.ts'
import { textCost } from '../program/cost.ts'
import { BOOL, INT, STRING } from '../types/type.ts'
import { costSize } from '../values/size.ts'
import { Failure, type Result, type Value } from '../values/value.ts'
import { CIDR, type CidrValue, IP, type IpValue, parseCidr, parseIp } from './ip-values.ts'

const one = (): number => 1
const parsing = ([text = null]: readonly Value[]): number => textCost(text)

const startsWith = ({ bytes }: IpValue, ...start: readonly number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte)
const isV4 = ({ bytes }: IpValue): boolean => bytes.length === 4
const isZero = ({ bytes }: IpValue): boolean => bytes.every((byte) => byte === 0)
const isLoopback = (ip: IpValue): boolean =>
  isV4(ip) ? ip.bytes[0] === 127 : ip.bytes.every((byte, index) => byte === (index === 15 ? 1 : 0))
const isMulticast = (ip: IpValue): boolean =>
  isV4(ip) ? ((ip.bytes[0] ?? 0) & 0xf0) === 0xe0 : ip.bytes[0] === 0xff
const isLinkLocalUnicast = (ip: IpValue): boolean =>
  isV4(ip) ? startsWith(ip, 169, 254) : ip.bytes[0] === 0xfe && ((ip.bytes[1] ?? 0) & 0xc0) === 0x80
const isLinkLocalMulticast = (ip: IpValue): boolean =>
  isV4(ip) ? startsWith(ip, 224, 0, 0) : ip.bytes[0] === 0xff && ((ip.bytes[1] ?? 0) & 0x0f) === 2
const isBroadcast = (ip: IpValue): boolean => isV4(ip) && ip.bytes.every((byte) => byte === 255)
/** As Go's `netip.Addr.IsGlobalUnicast`: private addresses are. */
const isGlobalUnicast = (ip: IpValue): boolean =>
  !(isZero(ip) || isBroadcast(ip) || isLoopback(ip) || isMulticast(ip) || isLinkLocalUnicast(ip))

function tests(name: string, id: string, holds: (ip: IpValue) => boolean): FunctionDeclaration {
  return { name, cost: one, overloads: [predicate(id, IP, holds)] }
}

/** What comparing the first bytes of two addresses costs, and parsing the second where it is text. */
function containing(cidr: Value, other: Value, isText: boolean): number {
  const compared = Math.ceil(costSize(cidr) * 2 * 0.1)
  return isText ? compared + textCost(other) : compared
}

function containsCidr(outer: CidrValue, inner: CidrValue): boolean {
  return outer.prefix <= inner.prefix && outer.contains(inner.address)
}

/** The API server does not tell what is wrong with a text here. */
function containsParsed<T>(value: T | Failure, contains: (value: T) => boolean): Result {
  return value instanceof Failure ? new Failure('no such overload') : contains(value)
}

/** `f(parse(text))`, where the text is one. */
function parsed<T>(
  parse: (text: string) => T | Failure,
  call: (value: T) => Result,
): (text: string) => Result {
  return (text) => {
    const value = parse(text)
    return value instanceof Failure ? value : call(value)
  }
}

/**
 * Addresses and networks (Kubernetes documentation, "CEL in Kubernetes", "Kubernetes IP address library" and "CIDR
 * library"), since Kubernetes 1.30.
 */
export const ipLibrary: readonly FunctionDeclaration[] = [
  {
    name: 'ip',
    cost: (args, _, id) => (id === 'cidr_ip' ? 1 : parsing(args)),
    overloads: [
      overload('string_to_ip', [STRING], IP, parseIp),
      member('cidr_ip', [CIDR], IP, ({ address }: CidrValue) => address),
    ],
  },
  {
    name: 'isIP',
    cost: parsing,
    overloads: [overload('is_ip', [STRING], BOOL, (text: string) => !(parseIp(text) instanceof Failure))],
  },
  {
    name: 'ip.isCanonical',
    cost: ([text = null]) => textCost(text, 2),
    overloads: [
      overload('ip_is_canonical', [STRING], BOOL, (text: string) =>
        parsed(parseIp, (ip) => String(ip) === text)(text),
      ),
    ],
  },
  {
    name: 'family',
    cost: one,
    overloads: [member('ip_family', [IP], INT, (ip: IpValue) => (isV4(ip) ? 4n : 6n))],
  },
  tests('isUnspecified', 'ip_is_unspecified', isZero),
  tests('isLoopback', 'ip_is_loopback', isLoopback),
  tests('isLinkLocalMulticast', 'ip_is_link_local_multicast', isLinkLocalMulticast),
  tests('isLinkLocalUnicast', 'ip_is_link_local_unicast', isLinkLocalUnicast),
  tests('isGlobalUnicast', 'ip_is_global_unicast', isGlobalUnicast),
  { name: 'cidr', cost: parsing, overloads: [overload('string_to_cidr', [STRING], CIDR, parseCidr)] },
  {
    name: 'isCIDR',
    cost: parsing,
    overloads: [overload('is_cidr', [STRING], BOOL, (text: string) => !(parseCidr(text) instanceof Failure))],
  },
  {
    name: 'containsIP',
    cost: ([cidr = null, ip = null], _, id) => containing(cidr, ip, id === 'cidr_contains_ip_string'),
    overloads: [
      member('cidr_contains_ip_string', [CIDR, STRING], BOOL, (cidr: CidrValue, text: string) =>
        containsParsed(parseIp(text), (ip) => cidr.contains(ip)),
      ),
      member('cidr_contains_ip_ip', [CIDR, IP], BOOL, (cidr: CidrValue, ip: IpValue) => cidr.contains(ip)),
    ],
  },
  {
    name: 'containsCIDR',
    cost: ([cidr = null, other = null], _, id) =>
      containing(cidr, other, id === 'cidr_contains_cidr_string') + Math.ceil(costSize(cidr) * 0.1) + 1,
    overloads: [
      member('cidr_contains_cidr_string', [CIDR, STRING], BOOL, (cidr: CidrValue, text: string) =>
        containsParsed(parseCidr(text), (other) => containsCidr(cidr, other)),
      ),
      member('cidr_contains_cidr', [CIDR, CIDR], BOOL, containsCidr),
    ],
  },
  {
    name: 'prefixLength',
    cost: one,
    overloads: [member('cidr_prefix_length', [CIDR], INT, ({ prefix }: CidrValue) => BigInt(prefix))],
  },
  {
    name: 'masked',
    cost: one,
    overloads: [member('cidr_masked', [CIDR], CIDR, (cidr: CidrValue) => cidr.masked())],
  },
  {
    name: 'string',
    overloads: [
      overload('ip_to_string', [IP], STRING, String),
      overload('cidr_to_string', [CIDR], STRING, String),
    ],
  },
]
