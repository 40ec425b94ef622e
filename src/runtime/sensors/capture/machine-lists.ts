import { formatIpv6, ipv4At } from '../kernel/addresses.ts'
import type { KernelState } from '../kernel/kernel-state.ts'
import { textOf } from '../text.ts'
import type { RecordReader } from './records.ts'

/** Types of interfaces: with and without the speed of their link. */
const IPV4_INTERFACE = 1
const IPV6_INTERFACE = 2
const IPV4_INTERFACE_SHORT = 3

/** Reads the addresses of the machine's interfaces into the state. */
export function readInterfaces(reader: RecordReader, hasLengths: boolean, state: KernelState): void {
  while (reader.hasMore) {
    // Unlike those of other lists, the length does not count itself.
    const length = hasLengths ? reader.uint32() : 0
    const leave = hasLengths ? reader.enter(length, reader.at) : () => {}
    const type = reader.uint16()
    const nameLength = reader.uint16()
    const isIpv4 = type === IPV4_INTERFACE || type === IPV4_INTERFACE_SHORT
    const at = reader.skip(isIpv4 ? 12 : 48)
    state.addresses.add(isIpv4 ? ipv4At(reader.bytes, at) : formatIpv6(reader.bytes, at))
    if (isIpv4)
      state.interfaces.push({ address: ipv4At(reader.bytes, at), mask: ipv4At(reader.bytes, at + 4) })
    if (type === IPV4_INTERFACE || type === IPV6_INTERFACE) reader.skip(8)
    reader.skip(nameLength)
    leave()
  }
}

const NAME_BYTES = 128

const USER = 0

/** Reads users and groups into the state, in place of those of an earlier list. */
export function readUsers(reader: RecordReader, hasLengths: boolean, state: KernelState): void {
  state.users.clear()
  state.groups.clear()
  while (reader.hasMore) {
    const start = reader.at
    const leave = hasLengths ? reader.enter(reader.uint32(), start) : () => {}
    if (reader.uint8() === USER) {
      const uid = reader.uint32()
      reader.uint32()
      state.users.set(uid, { name: reader.text(), home: reader.text(), shell: reader.text() })
    } else {
      const gid = reader.uint32()
      state.groups.set(gid, reader.text())
    }
    leave()
  }
}

/** Processors, memory, largest pid, name (128 bytes); the rest is of no use here. */
export function readMachine(reader: RecordReader, state: KernelState): void {
  reader.skip(4 + 8 + 8)
  const at = reader.skip(NAME_BYTES)
  const nul = reader.bytes.indexOf(0, at)
  state.hostname = textOf(reader.bytes, at, nul < 0 ? at + NAME_BYTES : Math.min(nul, at + NAME_BYTES))
}
