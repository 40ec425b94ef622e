import type { SensedValue } from '../syscall-events.ts'
import { textOfArgument } from './arguments.ts'

/**
 * Fields of a socket from its address as strace writes it: `{sa_family=AF_INET, sin_port=htons(443),
 * sin_addr=inet_addr("203.0.113.5")}`. The other end strace does not show.
 */
export function socketFields(text: string, call: string): Readonly<Record<string, SensedValue>> | undefined {
  const family = /sa_family=(AF_[A-Z0-9]+)/.exec(text)?.[1]
  if (family === 'AF_UNIX' || family === 'AF_LOCAL') {
    const path = textOfArgument(/sun_path=@?("(?:[^"\\]|\\.)*")/.exec(text)?.[1]) ?? ''
    return { 'fd.name': path, 'fd.type': 'unix', 'fd.typechar': 'u', 'fd.sockfamily': 'unix' }
  }
  if (family !== 'AF_INET' && family !== 'AF_INET6') return undefined
  const port = Number(/sin6?_port=htons\((\d+)\)/.exec(text)?.[1] ?? 0)
  const ip = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(text)
  const address = ip?.[1] ?? ip?.[2]
  if (address === undefined) return undefined
  const isIpv4 = family === 'AF_INET'
  const kind = {
    'fd.type': isIpv4 ? 'ipv4' : 'ipv6',
    'fd.typechar': isIpv4 ? '4' : '6',
    'fd.sockfamily': 'ip',
  }
  // Who accepts learns of its client; who connects names its server.
  const ends = call.startsWith('accept')
    ? { 'fd.cip': address, 'fd.cport': port }
    : { 'fd.sip': address, 'fd.sport': port, 'fd.rip': address, 'fd.rport': port }
  return { 'fd.name': `${address}:${port}`, ...kind, ...ends }
}
