import { connectionAt, endpointAt, FAMILY, formatEndpoint, formatUnix, protocolAt } from '../addresses.ts'
import { type Connection, DESCRIPTOR, Descriptor, TRANSPORT } from '../descriptor.ts'
import type { KernelEvent } from '../kernel-event.ts'
import type { KernelState } from '../kernel-state.ts'
import { keepEntered } from './entered.ts'
import type { Transition } from './transition.ts'

const EINPROGRESS = -115

/** Kinds of descriptors by the family of a socket. */
const KINDS: Readonly<Record<number, number>> = {
  [FAMILY.unix]: DESCRIPTOR.unix,
  [FAMILY.ipv4]: DESCRIPTOR.ipv4,
  [FAMILY.ipv6]: DESCRIPTOR.ipv6,
  [FAMILY.netlink]: DESCRIPTOR.netlink,
}

/** Protocols of IP and types of sockets that tell the transport. */
const BY_PROTOCOL: Readonly<Record<number, number>> = {
  1: TRANSPORT.icmp,
  6: TRANSPORT.tcp,
  17: TRANSPORT.udp,
  255: TRANSPORT.raw,
}
const BY_SOCKET_TYPE: Readonly<Record<number, number>> = {
  1: TRANSPORT.tcp,
  2: TRANSPORT.udp,
  3: TRANSPORT.raw,
}

/** `fd`, domain, type, protocol. */
const makesSocket: Transition = (state, event) => {
  const number = event.int64(0, -1)
  if (number < 0) return
  const socket = new Descriptor(KINDS[event.uint32(1)] ?? DESCRIPTOR.unknown, '')
  const protocol = event.uint32(3)
  if (socket.isIp)
    socket.transport =
      (protocol === 0 ? BY_SOCKET_TYPE[event.uint32(2) & 0xff] : BY_PROTOCOL[protocol]) ?? TRANSPORT.unknown
  socket.closesOnExec = (event.uint32(2) & 0o2000000) !== 0
  state.open(event, number, socket)
}

/** `res`, address, `fd`. */
const binds: Transition = (_, event) => {
  const { descriptor } = event
  if (descriptor === undefined || event.int64(0, -1) < 0 || !event.has(1)) return
  event.nameChanged = true
  const start = event.start(1)
  const end = event.end(1)
  const endpoint = endpointAt(event.bytes, start, end)
  if (endpoint === undefined) {
    if (event.bytes[start] === FAMILY.unix) descriptor.name = unixPath(event, start + 1, end)
    return
  }
  descriptor.name = formatEndpoint(endpoint)
  if (endpoint.port === 0) return
  descriptor.kind = typeof endpoint.address === 'number' ? DESCRIPTOR.ipv4Server : DESCRIPTOR.ipv6Server
  descriptor.role = 'server'
  const { address, port } = endpoint
  descriptor.connection = { source: address, sourcePort: 0, destination: address, destinationPort: port }
}

/** `res`, both ends, `fd`, address. */
const connects: Transition = (state, event) => {
  const { thread } = event
  if (thread !== undefined) thread.entered = undefined
  const result = event.int64(0, -1)
  if ((result < 0 && result !== EINPROGRESS) || !event.has(1)) return
  const descriptor = event.descriptor ?? openUnknown(state, event, 1)
  if (descriptor === undefined || !setEnds(state, descriptor, event, 1)) return
  event.nameChanged = true
  descriptor.role = 'client'
  descriptor.isConnected = true
}

/** `fd`, both ends. */
const accepts: Transition = (state, event) => {
  const number = event.int64(0, -1)
  if (number < 0) return
  const socket = new Descriptor(DESCRIPTOR.unknown, '')
  if (event.has(1)) setEnds(state, socket, event, 1)
  if (socket.isIp) socket.transport = transportTold(event, 1) ?? TRANSPORT.tcp
  socket.role = 'server'
  socket.isConnected = true
  event.nameChanged = true
  state.open(event, number, socket)
}

/** Takes over what a `SOCKTUPLE` says of both ends. @returns whether it says anything */
function setEnds(state: KernelState, descriptor: Descriptor, event: KernelEvent, parameter: number): boolean {
  const { bytes } = event
  const start = event.start(parameter)
  const end = event.end(parameter)
  const connection = connectionAt(bytes, start, end)
  if (connection !== undefined) {
    setConnection(descriptor, withOwnAddress(state, connection))
    return true
  }
  if (bytes[start] !== FAMILY.unix || end - start < 17) return false
  descriptor.kind = DESCRIPTOR.unix
  descriptor.name = formatUnix(
    bytes.readBigUInt64LE(start + 1),
    bytes.readBigUInt64LE(start + 9),
    unixPath(event, start + 17, end),
  )
  return true
}

function setConnection(descriptor: Descriptor, connection: Connection): void {
  const isIpv4 = typeof connection.source === 'number' && typeof connection.destination === 'number'
  descriptor.kind = isIpv4 ? DESCRIPTOR.ipv4 : DESCRIPTOR.ipv6
  descriptor.connection = connection
  descriptor.forgetName()
}

/** Where an end is not said, it is the machine's address on the way to the other one. */
function withOwnAddress(state: KernelState, connection: Connection): Connection {
  const { source, destination } = connection
  if (source === 0 && typeof destination === 'number' && destination !== 0)
    return { ...connection, source: state.ownAddress(destination) ?? source }
  if (destination === 0 && typeof source === 'number' && source !== 0)
    return { ...connection, destination: state.ownAddress(source) ?? destination }
  return connection
}

function unixPath({ bytes }: KernelEvent, start: number, end: number): string {
  const nul = bytes.indexOf(0, start)
  return bytes.toString('utf8', start, nul < 0 || nul > end ? end : nul)
}

/** The transport of a socket's own ends, where the sensor tells it. */
function transportTold(event: KernelEvent, parameter: number): number | undefined {
  const protocol = protocolAt(event.bytes, event.start(parameter), event.end(parameter))
  return protocol === undefined ? undefined : (BY_PROTOCOL[protocol] ?? TRANSPORT.unknown)
}

/**
 * A socket that was not seen to be made, by what the event says of its ends: its family, and the protocol where the sensor
 * tells it. Undefined where it says neither.
 */
function openUnknown(state: KernelState, event: KernelEvent, tuple: number): Descriptor | undefined {
  const { descriptorNumber } = event
  const kind = KINDS[event.bytes[event.start(tuple)] as number]
  if (kind === undefined || descriptorNumber === undefined || descriptorNumber < 0) return undefined
  const socket = new Descriptor(kind, '')
  if (socket.isIp) socket.transport = transportTold(event, tuple) ?? TRANSPORT.unknown
  state.open(event, descriptorNumber, socket)
  return socket
}

/** A call that sends (or receives) and says between whom: what is not connected gets its ends so. */
function transfers(tuple: number, isIncoming: boolean): Transition {
  return (state, event) => {
    if (event.int64(0, -1) < 0 || !event.has(tuple)) return
    let { descriptor } = event
    if (descriptor === undefined) {
      const given = connectionAt(event.bytes, event.start(tuple), event.end(tuple))
      // What is no socket of the internet stays unknown, as in libs.
      if (isIncoming || given === undefined) return
      descriptor = openUnknown(state, event, tuple)
      if (descriptor === undefined) return
      // Captures of libs do not tell the protocol, and libs takes it for that of datagrams.
      if (transportTold(event, tuple) === undefined) descriptor.transport = TRANSPORT.udp
    }
    if (descriptor.transport === TRANSPORT.tcp && descriptor.name !== '') return
    if (!descriptor.isIp) return
    const given = connectionAt(event.bytes, event.start(tuple), event.end(tuple))
    if (given === undefined) return
    const connection = withOwnAddress(state, given)
    const earlier = descriptor.name
    setConnection(descriptor, connection)
    if (descriptor.role === 'none') descriptor.role = guessRole(state, event, connection, isIncoming)
    if (isIncoming ? descriptor.role === 'client' : descriptor.role === 'server') swapEnds(descriptor)
    descriptor.isConnected = true
    event.nameChanged = descriptor.name !== earlier
  }
}

/** The one that is bound to the port that is written to is the server. */
function guessRole(
  state: KernelState,
  { thread }: KernelEvent,
  { sourcePort, destinationPort }: Connection,
  isIncoming: boolean,
): 'client' | 'server' {
  const own = isIncoming ? destinationPort : sourcePort
  let isServer = false
  const main = thread === undefined ? undefined : state.mainOf(thread)
  main?.descriptors.forEach(({ kind, connection }) => {
    if (kind !== DESCRIPTOR.ipv4Server && kind !== DESCRIPTOR.ipv6Server) return
    if (connection?.destinationPort === own) isServer = true
  })
  return isServer ? 'server' : 'client'
}

function swapEnds(descriptor: Descriptor): void {
  const { connection } = descriptor
  if (connection === undefined) return
  setConnection(descriptor, {
    source: connection.destination,
    sourcePort: connection.destinationPort,
    destination: connection.source,
    destinationPort: connection.sourcePort,
  })
}

/** `res`, two descriptors, two addresses in the kernel. */
const makesPair: Transition = (state, event) => {
  if (event.int64(0, -1) < 0) return
  const source = event.exactUint64(3)
  const peer = event.exactUint64(4)
  const name = `${source.toString(16)}->${peer.toString(16)}`
  for (const number of [event.int64(1, -1), event.int64(2, -1)])
    if (number >= 0) state.open(event, number, new Descriptor(DESCRIPTOR.unix, name))
}

export const SOCKETS: Readonly<Record<string, Transition>> = {
  SOCKET_SOCKET_X: makesSocket,
  SOCKET_BIND_X: binds,
  SOCKET_CONNECT_E: keepEntered,
  SOCKET_CONNECT_X: connects,
  SOCKET_ACCEPT_5_X: accepts,
  SOCKET_ACCEPT4_6_X: accepts,
  SOCKET_SENDTO_X: transfers(4, false),
  SOCKET_SENDMSG_X: transfers(4, false),
  SOCKET_SENDMMSG_X: transfers(4, false),
  SOCKET_RECVFROM_X: transfers(2, true),
  SOCKET_RECVMSG_X: transfers(3, true),
  SOCKET_RECVMMSG_X: transfers(4, true),
  SOCKET_SOCKETPAIR_X: makesPair,
}
