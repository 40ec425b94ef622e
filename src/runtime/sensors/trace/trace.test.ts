import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RAW_CALL_BLOCK, type RawCall, readRawCall } from './raw-call.ts'
import { callLine, showCall } from './show-call.ts'
import { rawCalls } from './signatures.ts'
import { TraceStream } from './trace-stream.ts'

function call(number: number, args: readonly (bigint | string)[], result: bigint): RawCall {
  const strings = new Map<number, Buffer>()
  args.forEach((arg, index) => {
    if (typeof arg === 'string') strings.set(index, Buffer.from(arg, 'latin1'))
  })
  const values = Array.from({ length: 6 }, (_, index) => {
    const arg = args[index] ?? 0n
    return typeof arg === 'string' ? 0x7f00n : BigInt.asUintN(64, arg)
  })
  return { time: 1n, duration: 2, pid: 3, tid: 4, number, result, args: values, strings }
}

describe('calls are shown as strace shows them', () => {
  test.each<[string, RawCall]>([
    [
      'openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3',
      call(257, [-100n, '/etc/passwd', 0o2000000n], 3n),
    ],
    ['openat(5, "a", O_WRONLY|O_CREAT|O_TRUNC, 0644) = 4', call(257, [5n, 'a', 0o1101n, 0o644n], 4n)],
    [
      'access("/x", R_OK)                      = -1 ENOENT (No such file or directory)',
      call(21, ['/x', 4n], -2n),
    ],
    [
      'mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000001000',
      call(9, [0n, 8192n, 3n, 0x22n, 0xffffffffn, 0n], 0x7f0000001000n),
    ],
    ['write(1, "a\\n\\1\\0012\\"", 6)             = 6', call(1, [1n, 'a\n\u0001\u00012"', 6n], 6n)],
    [
      'kill(-1, SIGTERM)                       = -1 EPERM (Operation not permitted)',
      call(62, [0xffffffffn, 15n], -1n),
    ],
    ['socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 6) = 3', call(41, [2n, 0o2000001n, 6n], 3n)],
    [
      'nanosleep(0x10, NULL)                   = ? ERESTART_RESTARTBLOCK (Interrupted by signal)',
      call(35, [0x10n, 0n], -516n),
    ],
    ['getpid()                                = 7', call(39, [], 7n)],
  ])('%s', (line, each) => {
    expect(callLine(showCall(each))).toBe(line)
  })

  test('a call without a name shows its number', () => {
    expect(showCall(call(400, [], 0n)).name).toBe('syscall_0x190')
  })
})

test('the sensor is told which arguments are strings', () => {
  const calls = new Map(
    rawCalls()
      .split(',')
      .map((each) => each.split(':') as [string, string]),
  )
  expect(calls.get('257')).toBe('2')
  expect(calls.get('82')).toBe('3')
  expect(calls.get('39')).toBe('0')
})

function block(strings: readonly string[]): Buffer {
  const texts = Buffer.from(strings.map((text) => `${text}\0`).join(''), 'latin1')
  const total = Math.ceil((96 + texts.length) / 4) * 4 + 4
  const bytes = Buffer.alloc(total)
  bytes.writeUInt32LE(RAW_CALL_BLOCK, 0)
  bytes.writeUInt32LE(total, 4)
  bytes.writeUInt32LE((1 << strings.length) - 1, 44)
  texts.copy(bytes, 96)
  bytes.writeUInt32LE(total, total - 4)
  return bytes
}

describe('the stream', () => {
  test('calls are read wherever it is cut', () => {
    const bytes = Buffer.concat([block(['a', 'bc']), block([]), block(['/etc/shadow'])])
    for (let cut = 0; cut <= bytes.length; cut++) {
      const stream = new TraceStream()
      const read = [...stream.read(bytes.subarray(0, cut)), ...stream.read(bytes.subarray(cut))]
      expect(
        read.map((each) => (each.kind === 'call' ? [...each.call.strings.values()].map(String) : [])),
      ).toEqual([['a', 'bc'], [], ['/etc/shadow']])
    }
  })

  test('any bytes are read without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(300), (bytes, strings) => {
        const whole = block(['x'.repeat(strings)])
        whole.set(bytes.subarray(0, Math.min(bytes.length, whole.length - 8)), 8)
        readRawCall(whole)
        const stream = new TraceStream()
        for (const _ of stream.read(Buffer.concat([Buffer.from(bytes), whole]))) expect(_).toBeDefined()
      }),
    )
  })
})
