import { isRecord } from '../../../kubernetes/index.ts'
import type { SensedValue } from '../syscall-events.ts'
import { type JsonObject, numberAt, objectAt, textAt } from './json.ts'

/** Permissions that the kernel checks a file for (include/linux/fs.h). */
const MAY_WRITE = 2
const MAY_READ = 4

/** Fields of the arguments that a policy of Tetragon asks for (KprobeArgument): files, paths, sockets, texts, numbers. */
export function argumentFields(type: string, args: unknown): Record<string, SensedValue> {
  if (!Array.isArray(args)) return {}
  const fields: Record<string, SensedValue> = {}
  for (const arg of args.filter(isRecord)) {
    const path = pathOf(arg)
    const socket = objectAt(arg, 'sock_arg') ?? objectAt(arg, 'sockaddr_arg') ?? objectAt(arg, 'skb_arg')
    if (path !== undefined) Object.assign(fields, pathFields(type, path, fields))
    else if (socket !== undefined) Object.assign(fields, socketFields(socket))
    else if (type === 'openat') Object.assign(fields, permissionFields(numberAt(arg, 'int_arg')))
  }
  return fields
}

function pathOf(arg: JsonObject): string | undefined {
  return (
    textAt(objectAt(arg, 'file_arg'), 'path') ??
    textAt(objectAt(arg, 'path_arg'), 'path') ??
    textAt(arg, 'string_arg')
  )
}

function pathFields(
  type: string,
  path: string,
  earlier: Readonly<Record<string, SensedValue>>,
): Record<string, SensedValue> {
  const slash = path.lastIndexOf('/')
  const file = {
    'fd.name': path,
    'fd.type': 'file',
    'fd.typechar': 'f',
    'fd.directory': slash <= 0 ? '/' : path.slice(0, slash),
    'fd.filename': path.slice(slash + 1),
  }
  if (type.startsWith('open') || type === 'creat') return { 'fd.num': 0, 'fs.path.name': path, ...file }
  // Two paths in a row are a source and a target.
  const first = earlier['fs.path.name']
  return first === undefined
    ? { 'fs.path.name': path, 'evt.arg.path': path }
    : { 'fs.path.source': first, 'fs.path.target': path }
}

function permissionFields(mask: number | undefined): Record<string, SensedValue> {
  if (mask === undefined || (mask & (MAY_READ | MAY_WRITE)) === 0) return {}
  return { 'evt.is_open_read': (mask & MAY_READ) !== 0, 'evt.is_open_write': (mask & MAY_WRITE) !== 0 }
}

function socketFields(socket: JsonObject): Record<string, SensedValue> {
  const source = textAt(socket, 'saddr')
  const destination = textAt(socket, 'daddr') ?? textAt(socket, 'addr')
  const sourcePort = numberAt(socket, 'sport')
  const destinationPort = numberAt(socket, 'dport') ?? numberAt(socket, 'port')
  if (destination === undefined) return {}
  const isIpv6 = destination.includes(':')
  const protocol = textAt(socket, 'protocol')
  const ends = `${source ?? ''}:${sourcePort ?? 0}->${destination}:${destinationPort ?? 0}`
  return {
    'fd.name': source === undefined ? `${destination}:${destinationPort ?? 0}` : ends,
    'fd.type': isIpv6 ? 'ipv6' : 'ipv4',
    'fd.typechar': isIpv6 ? '6' : '4',
    'fd.sockfamily': 'ip',
    'fd.sip': destination,
    'fd.rip': destination,
    'fd.sport': destinationPort ?? null,
    'fd.rport': destinationPort ?? null,
    'fd.cip': source ?? null,
    'fd.lip': source ?? null,
    'fd.cport': sourcePort ?? null,
    'fd.lport': sourcePort ?? null,
    ...(protocol !== undefined && { 'fd.l4proto': protocol.replace(/^IPPROTO_/, '').toLowerCase() }),
  }
}
