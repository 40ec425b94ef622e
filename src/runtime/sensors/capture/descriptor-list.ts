import { formatEndpoint, ipv4At, ipv6At } from '../kernel/addresses.ts'
import { type Address, DESCRIPTOR, Descriptor } from '../kernel/descriptor.ts'
import type { KernelState } from '../kernel/kernel-state.ts'
import type { RecordReader } from './records.ts'

const O_CLOEXEC = 4096

/** Reads the descriptors of one process into the state; those of a process that is not known are passed over. */
export function readDescriptorList(reader: RecordReader, hasLengths: boolean, state: KernelState): void {
  const thread = state.threads.get(reader.int64())
  const main = thread === undefined ? undefined : state.mainOf(thread)
  while (reader.hasMore) {
    const start = reader.at
    const leave = hasLengths ? reader.enter(reader.uint32(), start) : () => {}
    const number = reader.int64()
    const descriptor = readDescriptor(reader, hasLengths)
    leave()
    main?.descriptors.set(number, descriptor)
  }
}

function readDescriptor(reader: RecordReader, hasLengths: boolean): Descriptor {
  const inode = reader.int64()
  const descriptor = new Descriptor(reader.uint8(), '')
  descriptor.inode = inode
  switch (descriptor.kind) {
    case DESCRIPTOR.fileWithFlags:
      descriptor.flags = reader.uint32()
      descriptor.closesOnExec = (descriptor.flags & O_CLOEXEC) !== 0
      descriptor.name = reader.text()
      if (hasLengths && reader.left >= 4) descriptor.device = reader.uint32()
      break
    case DESCRIPTOR.ipv4:
    case DESCRIPTOR.ipv6: {
      const width = descriptor.kind === DESCRIPTOR.ipv4 ? 4 : 16
      const source = readAddress(reader, width)
      const destination = readAddress(reader, width)
      const sourcePort = reader.uint16()
      const destinationPort = reader.uint16()
      descriptor.transport = reader.uint8()
      descriptor.connection = { source, sourcePort, destination, destinationPort }
      if (typeof source === 'number' && typeof destination === 'number') descriptor.kind = DESCRIPTOR.ipv4
      descriptor.forgetName()
      break
    }
    case DESCRIPTOR.ipv4Server:
    case DESCRIPTOR.ipv6Server: {
      const address = readAddress(reader, descriptor.kind === DESCRIPTOR.ipv4Server ? 4 : 16)
      const port = reader.uint16()
      descriptor.transport = reader.uint8()
      descriptor.role = 'server'
      descriptor.connection = { source: address, sourcePort: 0, destination: address, destinationPort: port }
      descriptor.name = formatEndpoint({ address, port })
      break
    }
    case DESCRIPTOR.unix: {
      reader.skip(16)
      descriptor.name = reader.text()
      break
    }
    default:
      descriptor.name = reader.text()
  }
  return descriptor
}

function readAddress(reader: RecordReader, width: 4 | 16): Address {
  const at = reader.skip(width)
  return width === 4 ? ipv4At(reader.bytes, at) : ipv6At(reader.bytes, at)
}
