import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { CaptureReader } from '../../capture/capture-reader.ts'
import { eventNumber } from '../../schema/event-types.ts'
import { kernelField } from './index.ts'

const THREAD = 4711

function block(type: number, body: Buffer): Buffer {
  const padding = (4 - (body.length % 4)) % 4
  const head = Buffer.alloc(8)
  head.writeUInt32LE(type, 0)
  head.writeUInt32LE(12 + body.length + padding, 4)
  return Buffer.concat([head, body, Buffer.alloc(padding), head.subarray(4)])
}

/** An event of one thread. */
function eventOf(symbol: string, ...values: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(28)
  header.writeBigUInt64LE(1n, 2)
  header.writeBigUInt64LE(BigInt(THREAD), 10)
  const lengths = Buffer.alloc(2 * values.length)
  for (const [index, { length }] of values.entries()) lengths.writeUInt16LE(length, 2 * index)
  header.writeUInt32LE(26 + Buffer.concat([lengths, ...values]).length, 18)
  header.writeUInt16LE(eventNumber(symbol), 22)
  header.writeUInt32LE(values.length, 24)
  return block(0x216, Buffer.concat([header, lengths, ...values]))
}

function s64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const text = (value: string) => Buffer.from(`${value}\0`)

function listOf(numbers: readonly number[], told = numbers.length): Buffer {
  const count = Buffer.alloc(2)
  count.writeUInt16LE(told)
  return Buffer.concat([count, ...numbers.flatMap((number) => [s64(number), Buffer.alloc(2)])])
}

const SECTION = block(
  0x0a0d0d0a,
  Buffer.concat([u32(0x1a2b3c4d), Buffer.from([1, 0, 2, 0]), Buffer.alloc(8, 0xff)]),
)
const FILE = eventOf(
  'SYSCALL_OPENAT_2_X',
  ...[s64(3), s64(-100), text('/etc/hosts'), u32(1), u32(0), u32(0), s64(1)],
)
const SOCKET = eventOf('SOCKET_SOCKET_X', s64(4), u32(2), u32(1), u32(0))
const CONNECT = eventOf(
  'SOCKET_CONNECT_X',
  ...[s64(0), Buffer.from([2, 10, 0, 0, 1, 0x39, 0x30, 10, 0, 0, 2, 0xbb, 0x01]), s64(4)],
)

const NAMES = ['nums', 'names', 'cips', 'sips', 'cports', 'sports']

function fieldsOf(poll: Buffer): readonly unknown[] {
  const reader = new CaptureReader()
  reader.feed(Buffer.concat([SECTION, FILE, SOCKET, CONNECT, poll]))
  let last: readonly unknown[] = []
  while (reader.next()) last = NAMES.map((name) => kernelField(`fdlist.${name}`, undefined)?.(reader.event))
  expect(reader.problems).toEqual([])
  return last
}

test.each(['SYSCALL_POLL_X', 'SYSCALL_PPOLL_X'])('%s: what it waits for', (symbol) => {
  expect(fieldsOf(eventOf(symbol, s64(1), listOf([3, 4, 9]), s64(5), u32(0)))).toEqual([
    '3,4,9',
    '/etc/hosts,10.0.0.1:12345->10.0.0.2:443,<NA>',
    '10.0.0.1',
    '10.0.0.2',
    '12345',
    '443',
  ])
})

test('a list of nothing, one that is shorter than it says, and other calls have none', () => {
  const none = NAMES.map(() => undefined)
  expect(fieldsOf(eventOf('SYSCALL_POLL_X', s64(0), listOf([]), s64(5)))).toEqual(none)
  expect(fieldsOf(eventOf('SYSCALL_POLL_X', s64(0), listOf([3], 999), s64(5)))[0]).toBe('3')
  expect(fieldsOf(FILE)).toEqual(none)
})
