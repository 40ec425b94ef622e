import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { kernelField } from '../kernel/fields/index.ts'
import { eventBlock, int64, section, text, uint32 } from './capture-bytes.fixture.ts'
import { CaptureReader } from './capture-reader.ts'

const SENDTO = 31
const CONNECT = 23
const OPENAT = 307
const DUP2 = 363

const UNKNOWN_FD = 9
const TCP = 6
const UDP = 17

const port = (number: number) => Buffer.from([number & 255, number >> 8])
const ends = (family: number, source: readonly number[], destination: readonly number[]) =>
  Buffer.concat([Buffer.from([family, ...source]), port(4000), Buffer.from(destination), port(53)])

const IPV4 = ends(2, [10, 0, 0, 1], [10, 0, 0, 2])
const IPV6 = ends(10, [0x20, 1, ...Array(13).fill(0), 1], [0x20, 1, ...Array(13).fill(0), 2])
const UNIX = Buffer.concat([Buffer.from([1]), int64(0xabc), int64(0xdef), text('/run/log')])

/** As the sensor tells it: with the protocol behind the ends. */
const told = (tuple: Buffer, protocol: number) => Buffer.concat([tuple, Buffer.from([protocol])])

const sends = (tuple: Buffer) =>
  eventBlock(SENDTO, [int64(4), Buffer.from('data'), int64(UNKNOWN_FD), uint32(4), tuple])
const connects = (tuple: Buffer) => eventBlock(CONNECT, [int64(0), tuple, int64(UNKNOWN_FD), Buffer.alloc(0)])

function read(...blocks: readonly Buffer[]): unknown[] {
  const reader = new CaptureReader()
  const fields = ['fd.type', 'fd.l4proto', 'fd.name'].map((name) => kernelField(name, undefined))
  const seen: unknown[] = []
  reader.feed(Buffer.concat([section(), ...blocks]))
  while (reader.next()) seen.push(fields.map((field) => field?.(reader.event)))
  expect(reader.problems).toEqual([])
  return seen
}

const NAME4 = '10.0.0.1:4000->10.0.0.2:53'
const NAME6 = '2001::1:4000->2001::2:53'

test('what is sent by an unknown socket tells its family, and its protocol where the sensor does', () => {
  expect(read(sends(told(IPV4, TCP)))).toEqual([['ipv4', 'tcp', NAME4]])
  expect(read(sends(told(IPV4, UDP)))).toEqual([['ipv4', 'udp', NAME4]])
  expect(read(sends(told(IPV6, TCP)))).toEqual([['ipv6', 'tcp', NAME6]])
  expect(read(sends(told(IPV4, 132)))).toEqual([['ipv4', '<NA>', NAME4]])
})

test('captures of libs do not tell the protocol, which is then taken for UDP as there', () => {
  expect(read(sends(IPV4))).toEqual([['ipv4', 'udp', NAME4]])
  expect(read(sends(IPV6))).toEqual([['ipv6', 'udp', NAME6]])
})

test('an unknown descriptor that sends to no address of the internet stays unknown', () => {
  const nothing = read(eventBlock(1, [Buffer.alloc(2), Buffer.alloc(2)]))[0] as unknown[]
  const [type] = nothing
  for (const tuple of [UNIX, Buffer.from([16]), Buffer.alloc(0)]) {
    expect(read(sends(tuple))).toEqual([[type, undefined, '']])
    // Nothing was made of it for what comes next.
    expect(read(sends(tuple), sends(told(IPV6, UDP)))[1]).toEqual(['ipv6', 'udp', NAME6])
  }
})

test('an unknown socket is known once it is connected', () => {
  expect(read(connects(told(IPV4, TCP)))).toEqual([['ipv4', 'tcp', NAME4]])
  expect(read(connects(told(IPV6, UDP)))).toEqual([['ipv6', 'udp', NAME6]])
  expect(read(connects(UNIX))).toEqual([['unix', '<NA>', 'abc->def /run/log']])
})

test('a descriptor that an unknown one was put in the place of is what it was no more', () => {
  const opens = eventBlock(OPENAT, [
    int64(5),
    int64(-100),
    text('/etc/shadow'),
    uint32(1),
    uint32(0),
    uint32(0),
    int64(9),
  ])
  const dup2 = eventBlock(DUP2, [int64(5), int64(UNKNOWN_FD), int64(5)])
  const uses = eventBlock(317, [int64(0), int64(5), uint32(0o600)])
  expect(read(opens, dup2, uses).map((seen) => (seen as unknown[])[2])).toEqual(['/etc/shadow', '', ''])
})
