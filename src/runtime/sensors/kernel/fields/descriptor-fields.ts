import { formatAddress } from '../addresses.ts'
import { type Address, type Connection, DESCRIPTOR, type Descriptor } from '../descriptor.ts'
import type { KernelEvent, PathAsked } from '../kernel-event.ts'
import type { KernelState } from '../kernel-state.ts'
import { isRelative, resolvePath, singleSlashes } from '../paths.ts'
import { folderOf } from '../transitions/files.ts'
import { transportOf, typeCharOf, typeNameOf } from './descriptor-kinds.ts'
import { type Extract, type ExtractWith, indexOf, type KernelValue } from './extract.ts'

/** A field of the event's descriptor. */
function own(read: (descriptor: Descriptor, state: KernelState) => KernelValue): Extract {
  return ({ descriptor, state }) => (descriptor === undefined ? undefined : read(descriptor, state))
}

const isConnection = ({ kind }: Descriptor) => kind === DESCRIPTOR.ipv4 || kind === DESCRIPTOR.ipv6
const isServerSocket = ({ kind }: Descriptor) =>
  kind === DESCRIPTOR.ipv4Server || kind === DESCRIPTOR.ipv6Server

/** A field of a connection whose ends are known to be client and server. */
function ofConnection(read: (connection: Connection, state: KernelState) => KernelValue): Extract {
  return own((descriptor, state) =>
    descriptor.connection === undefined || descriptor.role === 'none' || !isConnection(descriptor)
      ? undefined
      : read(descriptor.connection, state),
  )
}

/** The same, or a field of a server socket. */
function ofServer(read: (connection: Connection) => KernelValue): Extract {
  return own((descriptor) => {
    const { connection, role } = descriptor
    if (connection === undefined || role === 'none') return undefined
    return isConnection(descriptor) || isServerSocket(descriptor) ? read(connection) : undefined
  })
}

/** "With local we mean that the client address corresponds to one of our local interfaces" (libs): else the other end is. */
function ofSide(side: 'local' | 'remote', read: (address: Address, port: number) => KernelValue): Extract {
  return ofConnection((connection, state) => {
    const isSource = state.addresses.has(connection.source) === (side === 'local')
    return isSource
      ? read(connection.source, connection.sourcePort)
      : read(connection.destination, connection.destinationPort)
  })
}

/** Both ends of a connection, or the one of a server socket, whether or not their roles are known. */
function ofEnds(
  source: (connection: Connection) => string | number,
  destination: (connection: Connection) => string | number,
): Extract {
  return own((descriptor) => {
    const { connection } = descriptor
    if (connection === undefined) return undefined
    if (isConnection(descriptor)) return [source(connection), destination(connection)]
    return isServerSocket(descriptor) ? [destination(connection)] : undefined
  })
}

const ofIp = (address: Address) => formatAddress(address)
const ofPort = (_: Address, port: number) => port
const clientIp = ofConnection(({ source }) => formatAddress(source))
const serverIp = ofServer(({ destination }) => formatAddress(destination))
/** The names of an end of a connection whose ends are known to be client and server (libs, compare_domain). */
const namesOf =
  (address: Extract): Extract =>
  (event) => {
    const { hostNames } = event.state
    if (hostNames.size === 0) return undefined
    const found = address(event)
    return typeof found === 'string' ? hostNames.get(found) : undefined
  }
const clientPort = ofConnection(({ sourcePort }) => sourcePort)
const serverPort = ofServer(({ destinationPort }) => destinationPort)
const text =
  (extract: Extract): Extract =>
  (event) => {
    const value = extract(event)
    return value === undefined ? undefined : String(value)
  }
const ips = ofEnds(
  ({ source }) => formatAddress(source),
  ({ destination }) => formatAddress(destination),
)
const ports = ofEnds(
  ({ sourcePort }) => sourcePort,
  ({ destinationPort }) => destinationPort,
)

/** Whether the event is about a descriptor at all, though that may not be known. */
const isAbout = ({ descriptorNumber }: KernelEvent) => descriptorNumber !== undefined

/** The name; of a call that failed, that which it asked for. */
const name: Extract = (event) => {
  if (event.descriptor !== undefined) return event.descriptor.name
  return isAbout(event) ? nameAskedFor(event) : undefined
}

function nameAskedFor(event: KernelEvent): string | undefined {
  return event.type.isEnter ? undefined : pathAskedFor(event).resolved
}

/** What a call that opens a file was given; empty of another call. Several fields are made of it: it is read once. */
function pathAskedFor(event: KernelEvent): PathAsked {
  event.pathAsked ??= readPathAsked(event)
  return event.pathAsked
}

function readPathAsked(event: KernelEvent): PathAsked {
  switch (event.type.symbol) {
    case 'SYSCALL_OPEN_X':
    case 'SYSCALL_CREAT_X':
      return pathAsked(event, 1, CURRENT_FOLDER)
    case 'SYSCALL_OPENAT_2_X':
    case 'SYSCALL_OPENAT2_X':
      return pathAsked(event, 2, event.int64(1, CURRENT_FOLDER))
    case 'SYSCALL_OPEN_BY_HANDLE_AT_X':
      return pathAsked(event, 3, CURRENT_FOLDER)
    default:
      return NOTHING_ASKED
  }
}

const NOTHING_ASKED: PathAsked = Object.freeze({ raw: '', resolved: '' })
const CURRENT_FOLDER = -100

function pathAsked(event: KernelEvent, parameter: number, folder: number): PathAsked {
  const path = event.path(parameter)
  const { isPlain } = event
  const start = isRelative(path) ? folderOf(event.state, event, folder) : ''
  return { raw: isPlain ? path : singleSlashes(path), resolved: resolvePath(start, path, isPlain) }
}

const directory: Extract = (event) => {
  const { descriptor } = event
  if (descriptor === undefined) {
    if (!isAbout(event)) return undefined
    const asked = nameAskedFor(event)
    return asked === undefined ? undefined : folderPart(asked)
  }
  if (descriptor.kind === DESCRIPTOR.directory) return descriptor.name
  return descriptor.isFile ? folderPart(descriptor.name) : undefined
}

function folderPart(path: string): string {
  const slash = lastSlash(path)
  if (slash <= 0) return '/'
  return slash === path.length - 1 ? path : path.slice(0, slash)
}

/** What `lastIndexOf` answers: names of files are short, and a loop is at their slash before that has begun. */
function lastSlash(path: string): number {
  let at = path.length - 1
  while (at >= 0 && path.charCodeAt(at) !== SLASH) at--
  return at
}

const SLASH = 47

const filename: Extract = ({ descriptor }) => {
  if (descriptor === undefined || !descriptor.isFile) return undefined
  const slash = lastSlash(descriptor.name)
  if (slash < 0) return '/'
  return slash === descriptor.name.length - 1 ? descriptor.name : descriptor.name.slice(slash + 1)
}

const typechar: Extract = (event) => {
  if (event.descriptor !== undefined) return typeCharOf(event.descriptor.kind)
  if (!isAbout(event)) return undefined
  return MADE_BY[event.type.name] ?? 'o'
}

/** What a call that failed would have made. */
const MADE_BY: Readonly<Record<string, string>> = {
  open: 'f',
  openat: 'f',
  openat2: 'f',
  creat: 'f',
  socket: '4',
  accept: '4',
  accept4: '4',
  pipe: 'p',
  pipe2: 'p',
  eventfd: 'e',
  eventfd2: 'e',
  signalfd: 's',
  signalfd4: 's',
  timerfd_create: 't',
  inotify_init: 'i',
  inotify_init1: 'i',
}

const rawName: Extract = (event) => {
  const { descriptor } = event
  if (descriptor !== undefined) {
    const { name, rawName } = descriptor
    // Names have no two slashes in a row.
    return rawName === name ? rawName : singleSlashes(rawName)
  }
  if (!isAbout(event) || event.type.isEnter) return undefined
  return pathAskedFor(event).raw
}

const isServer = own((descriptor, { addresses }) => {
  if (isServerSocket(descriptor)) return true
  if (!isConnection(descriptor)) return false
  if (descriptor.connection !== undefined) return addresses.has(descriptor.connection.destination)
  // Nothing but `::` stands there yet, which libs finds among the machine's own addresses.
  return descriptor.kind === DESCRIPTOR.ipv6
})

const socketFamily = own((descriptor) => {
  if (descriptor.isIp) return 'ip'
  return descriptor.kind === DESCRIPTOR.unix ? 'unix' : undefined
})

/** Layers of an overlay, by the flags that the driver adds. */
const UPPER_LAYER = 32_768
const LOWER_LAYER = 65_536

/** The kinds of all descriptors of the process, each once. */
const types: Extract = (event) => {
  const { state, thread } = event
  if (thread === undefined || !isAbout(event)) return undefined
  const found = new Set<string>()
  state.mainOf(thread)?.descriptors.forEach(({ kind }) => {
    found.add(typeNameOf(kind))
  })
  return [...found]
}

const typeOfNumber: ExtractWith = (argument) => {
  const number = indexOf(argument)
  return ({ state, thread }) => {
    const descriptor = state.descriptorOf(thread, number)
    return descriptor === undefined ? undefined : [typeNameOf(descriptor.kind)]
  }
}

/** The container's id and a name. */
function inContainer(read: Extract): Extract {
  return (event) => {
    const value = read(event)
    const id = event.thread?.containerId ?? 'host'
    return value === undefined ? undefined : `${id === 'host' ? '' : id}:${String(value)}`
  }
}

/** Fields of the descriptor that an event is about (libs, sinsp_filtercheck_fd.cpp). */
export const DESCRIPTOR_EXTRACTS: Readonly<Record<string, Extract>> = {
  'fd.num': ({ descriptorNumber }) => descriptorNumber,
  'fd.type': own(({ kind }) => typeNameOf(kind)),
  'fd.typechar': typechar,
  'fd.name': name,
  'fd.directory': directory,
  'fd.filename': filename,
  'fd.ip': ips,
  'fd.net': ips,
  'fd.cip': clientIp,
  'fd.sip': serverIp,
  'fd.lip': ofSide('local', ofIp),
  'fd.rip': ofSide('remote', ofIp),
  'fd.cip.name': namesOf(clientIp),
  'fd.sip.name': namesOf(ofConnection(({ destination }) => formatAddress(destination))),
  'fd.lip.name': namesOf(ofSide('local', ofIp)),
  'fd.rip.name': namesOf(ofSide('remote', ofIp)),
  'fd.cnet': clientIp,
  'fd.snet': serverIp,
  'fd.lnet': ofSide('local', ofIp),
  'fd.rnet': ofSide('remote', ofIp),
  'fd.port': ports,
  'fd.proto': ports,
  'fd.cport': clientPort,
  'fd.sport': serverPort,
  'fd.lport': ofSide('local', ofPort),
  'fd.rport': ofSide('remote', ofPort),
  'fd.cproto': text(clientPort),
  'fd.sproto': text(serverPort),
  'fd.lproto': text(ofSide('local', ofPort)),
  'fd.rproto': text(ofSide('remote', ofPort)),
  'fd.l4proto': own((descriptor) => transportOf(descriptor) ?? '<NA>'),
  'fd.sockfamily': socketFamily,
  'fd.is_server': isServer,
  'fd.uid': (event) => {
    if (event.thread === undefined || !isAbout(event)) return undefined
    return `${event.thread.tid}${event.descriptorNumber}`
  },
  'fd.containername': inContainer(name),
  'fd.containerdirectory': inContainer(directory),
  'fd.connected': own(({ isConnected }) => isConnected),
  'fd.name_changed': ({ descriptor, nameChanged }) => (descriptor === undefined ? undefined : nameChanged),
  'fd.dev': own(({ device }) => device.toString(16).toUpperCase()),
  'fd.dev.major': own(({ device }) => device >>> 20),
  'fd.dev.minor': own(({ device }) => device & 0xfffff),
  'fd.ino': own(({ inode }) => inode),
  'fd.nameraw': rawName,
  'fd.types': types,
  'fd.is_upper_layer': own(({ flags }) => (flags & UPPER_LAYER) !== 0),
  'fd.is_lower_layer': own(({ flags }) => (flags & LOWER_LAYER) !== 0),
}

export const DESCRIPTOR_EXTRACTS_WITH: Readonly<Record<string, ExtractWith>> = { 'fd.types': typeOfNumber }
