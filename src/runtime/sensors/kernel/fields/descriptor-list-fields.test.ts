import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { eventBlock, int64, section, text, uint32 } from '../../capture/capture-bytes.fixture.ts'
import { CaptureReader } from '../../capture/capture-reader.ts'
import { eventNumber } from '../../schema/event-types.ts'
import { kernelField } from './index.ts'

const eventOf = (symbol: string, ...values: readonly Buffer[]) => eventBlock(eventNumber(symbol), values)

function listOf(numbers: readonly number[], told = numbers.length): Buffer {
  const count = Buffer.alloc(2)
  count.writeUInt16LE(told)
  return Buffer.concat([count, ...numbers.flatMap((number) => [int64(number), Buffer.alloc(2)])])
}

const FILE = eventOf(
  'SYSCALL_OPENAT_2_X',
  ...[int64(3), int64(-100), text('/etc/hosts'), uint32(1), uint32(0), uint32(0), int64(1)],
)
const SOCKET = eventOf('SOCKET_SOCKET_X', int64(4), uint32(2), uint32(1), uint32(0))
const CONNECT = eventOf(
  'SOCKET_CONNECT_X',
  ...[int64(0), Buffer.from([2, 10, 0, 0, 1, 0x39, 0x30, 10, 0, 0, 2, 0xbb, 0x01]), int64(4)],
)

const NAMES = ['nums', 'names', 'cips', 'sips', 'cports', 'sports']

function fieldsOf(poll: Buffer): readonly unknown[] {
  const reader = new CaptureReader()
  reader.feed(Buffer.concat([section(), FILE, SOCKET, CONNECT, poll]))
  let last: readonly unknown[] = []
  while (reader.next()) last = NAMES.map((name) => kernelField(`fdlist.${name}`, undefined)?.(reader.event))
  expect(reader.problems).toEqual([])
  return last
}

test.each(['SYSCALL_POLL_X', 'SYSCALL_PPOLL_X'])('%s: what it waits for', (symbol) => {
  expect(fieldsOf(eventOf(symbol, int64(1), listOf([3, 4, 9]), int64(5), uint32(0)))).toEqual([
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
  expect(fieldsOf(eventOf('SYSCALL_POLL_X', int64(0), listOf([]), int64(5)))).toEqual(none)
  expect(fieldsOf(eventOf('SYSCALL_POLL_X', int64(0), listOf([3], 999), int64(5)))[0]).toBe('3')
  expect(fieldsOf(FILE)).toEqual(none)
})
