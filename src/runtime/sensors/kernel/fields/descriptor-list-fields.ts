import { formatAddress } from '../addresses.ts'
import { DESCRIPTOR, type Descriptor } from '../descriptor.ts'
import type { KernelEvent } from '../kernel-event.ts'
import type { Extract } from './extract.ts'

const ABSENT = '<NA>'

/** Calls that wait for several descriptors at once, and where their list stands. */
const LISTS: Readonly<Record<string, number>> = {
  SYSCALL_POLL_E: 0,
  SYSCALL_PPOLL_E: 0,
  SYSCALL_POLL_X: 1,
  SYSCALL_PPOLL_X: 1,
}

/** Bytes of the list's length, and of each entry: the number of 8 and flags of 2. */
const LENGTH_BYTES = 2
const ENTRY_BYTES = 10

/** What is shown of each descriptor of the list, one after the other; nothing of those for which it is undefined. */
function ofList(show: (number: bigint, descriptor: Descriptor | undefined) => string | undefined): Extract {
  return (event) => {
    const parameter = LISTS[event.type.symbol]
    if (parameter === undefined || event.thread === undefined || !event.has(parameter)) return undefined
    const shown: string[] = []
    for (const number of numbersOf(event, parameter)) {
      const text = show(number, event.state.descriptorOf(event.thread, Number(number)))
      if (text !== undefined) shown.push(text)
    }
    return shown.length === 0 ? undefined : shown.join(',')
  }
}

function* numbersOf(event: KernelEvent, parameter: number): Iterable<bigint> {
  const { bytes } = event
  const start = event.start(parameter)
  const end = event.end(parameter)
  if (end - start < LENGTH_BYTES) return
  const count = bytes.readUInt16LE(start)
  for (let i = 0, at = start + LENGTH_BYTES; i < count && at + ENTRY_BYTES <= end; i++, at += ENTRY_BYTES)
    yield bytes.readBigInt64LE(at)
}

const isConnection = ({ kind }: Descriptor) => kind === DESCRIPTOR.ipv4 || kind === DESCRIPTOR.ipv6
const isServer = ({ kind }: Descriptor) => kind === DESCRIPTOR.ipv4Server || kind === DESCRIPTOR.ipv6Server

/** Of both ends of a connection as they are, whichever of them is known to be the server (libs). */
function end(side: 'source' | 'destination', withServers: boolean) {
  return (_: bigint, descriptor: Descriptor | undefined) => {
    if (descriptor?.connection === undefined) return undefined
    if (!isConnection(descriptor) && !(withServers && isServer(descriptor))) return undefined
    return formatAddress(descriptor.connection[side])
  }
}

function port(side: 'sourcePort' | 'destinationPort') {
  return (_: bigint, descriptor: Descriptor | undefined) =>
    descriptor?.connection === undefined || !isConnection(descriptor)
      ? undefined
      : String(descriptor.connection[side])
}

/** Fields of the descriptors that `poll` and `ppoll` wait for (libs, sinsp_filtercheck_fdlist.cpp). */
export const DESCRIPTOR_LIST_EXTRACTS: Readonly<Record<string, Extract>> = {
  'fdlist.nums': ofList(String),
  'fdlist.names': ofList((_, descriptor) => descriptor?.name || ABSENT),
  'fdlist.cips': ofList(end('source', false)),
  'fdlist.sips': ofList(end('destination', true)),
  'fdlist.cports': ofList(port('sourcePort')),
  'fdlist.sports': ofList(port('destinationPort')),
}
