import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventBlock, int64, section } from '../capture/capture-bytes.fixture.ts'
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
    // The same bit is AT_REMOVEDIR elsewhere.
    ['faccessat2(AT_FDCWD, "/x", W_OK, AT_EACCESS) = 0', call(439, [-100n, '/x', 2n, 0x200n], 0n)],
    ['unlinkat(AT_FDCWD, "/x", AT_REMOVEDIR)  = 0', call(263, [-100n, '/x', 0x200n], 0n)],
    ['dup3(3, 4, O_CLOEXEC)                   = 4', call(292, [3n, 4n, 0o2000000n], 4n)],
    ['prctl(PR_SET_NAME, "worker")            = 0', call(157, [15n, 'worker', 9n, 9n, 9n], 0n)],
    ['prctl(PR_GET_DUMPABLE)                  = 1', call(157, [3n, 9n, 9n, 9n, 9n], 1n)],
    ['prctl(PR_SET_NO_NEW_PRIVS, 0x1, 0, 0, 0) = 0', call(157, [38n, 1n, 0n, 0n, 0n], 0n)],
    ['exit_group(3)                           = ?', call(231, [3n], 0n)],
    ['exit(0)                                 = ?', call(60, [0n], 0n)],
    ['rt_sigreturn({mask=[]})                 = 0', call(15, [0n], 0n)],
    [
      'rt_sigreturn({mask=[INT TERM RTMIN RT_32]}) = -1 EINTR (Interrupted system call)',
      call(15, [(1n << 1n) | (1n << 14n) | (1n << 31n) | (1n << 63n)], -4n),
    ],
    [
      'rt_sigreturn({mask=~[KILL USR1 STOP RT_1]}) = 0',
      call(15, [~((1n << 8n) | (1n << 9n) | (1n << 18n) | (1n << 32n))], 0n),
    ],
    [
      'connect(4, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
      call(42, [4n, '\x02\0\x1f\x90\x7f\0\0\x01\0\0\0\0\0\0\0\0', 16n], 0n),
    ],
    [
      'connect(6, {sa_family=AF_INET6, sin6_port=htons(1), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=3}, 28) = -1 ECONNREFUSED (Connection refused)',
      call(42, [6n, `\x0a\0\0\x01${'\0'.repeat(19)}\x01\x03\0\0\0`, 28n], -111n),
    ],
    [
      'connect(6, {sa_family=AF_INET6, sin6_port=htons(1), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::ffff:127.0.0.1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
      call(42, [6n, `\x0a\0\0\x01${'\0'.repeat(14)}\xff\xff\x7f\0\0\x01\0\0\0\0`, 28n], 0n),
    ],
    ['bind(3, {sa_family=AF_UNIX, sun_path="/run/x"}, 9) = 0', call(49, [3n, '\x01\0/run/x\0', 9n], 0n)],
    ['bind(3, {sa_family=AF_UNIX, sun_path=@"x\\0y"}, 6) = 0', call(49, [3n, '\x01\0\0x\0y', 6n], 0n)],
    [
      'bind(3, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000001}, 12) = 0',
      call(49, [3n, '\x10\0\0\0\0\0\0\0\x01\0\0\0', 12n], 0n),
    ],
    [
      'connect(3, 0x7f00, 1)                   = -1 EINVAL (Invalid argument)',
      call(42, [3n, '\x02', 1n], -22n),
    ],
    [
      'connect(3, {sa_family=AF_INET, sa_data="\\37"}, 3) = -1 EINVAL (Invalid argument)',
      call(42, [3n, '\x02\0\x1f', 3n], -22n),
    ],
    [
      'accept4(3, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("10.0.0.1")}, [16], SOCK_CLOEXEC) = 5',
      call(288, [3n, '\x02\0\0\x09\x0a\0\0\x01\0\0\0\0\0\0\0\0', 0x10n, 0o2000000n], 5n),
    ],
    ['accept(3, NULL, NULL)                   = 5', call(43, [3n, 0n, 0n], 5n)],
    [
      'getpeername(3, 0x7f00, 0x10)            = -1 ENOTCONN (Transport endpoint is not connected)',
      call(52, [3n, '', 0x10n], -107n),
    ],
    ['read(3, "\\177ELF\\0\\0", 100)             = 6', call(0, [3n, '\x7fELF\0\0', 100n], 6n)],
    [
      'fcntl(3, F_GETFL)                       = 0x8002 (flags O_RDWR|O_LARGEFILE)',
      call(72, [3n, 3n, 7n], 0x8002n),
    ],
    ['fcntl(3, F_SETFL, O_RDONLY|O_NONBLOCK)  = 0', call(72, [3n, 4n, 0o4000n], 0n)],
    ['fcntl(3, F_SETFD, FD_CLOEXEC)           = 0', call(72, [3n, 2n, 1n], 0n)],
    ['umask(022)                              = 077', call(95, [0o22n], 0o77n)],
    ['ioctl(3, FIOCLEX)                       = 0', call(16, [3n, 0x5451n, 9n], 0n)],
    [
      'ioctl(1, TIOCGWINSZ, 0x10)              = -1 ENOTTY (Inappropriate ioctl for device)',
      call(16, [1n, 0x5413n, 0x10n], -25n),
    ],
    ['futex(0x10, FUTEX_WAKE_PRIVATE, 1)      = 0', call(202, [0x10n, 129n, 1n, 0n, 0n, 0n], 0n)],
    ['setsockopt(3, SOL_SOCKET, SO_REUSEADDR, 0x10, 4) = 0', call(54, [3n, 1n, 2n, 0x10n, 4n], 0n)],
    ['mount("a", "/b", "ext4", MS_RDONLY|MS_NOSUID, NULL) = 0', call(165, ['a', '/b', 'ext4', 3n, 0n], 0n)],
    [
      'statx(AT_FDCWD, "/x", AT_STATX_SYNC_AS_STAT|AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, 0x10) = 0',
      call(332, [-100n, '/x', 0x100n, 0x7ffn, 0x10n], 0n),
    ],
    ['getpriority(PRIO_PROCESS, 0)            = 20', call(140, [0n, 0n], 20n)],
    ['getrusage(RUSAGE_CHILDREN, 0x10)        = 0', call(98, [0xffffffffn, 0x10n], 0n)],
    ['memfd_create("x", MFD_CLOEXEC)          = 3', call(319, ['x', 1n], 3n)],
    ['ptrace(PTRACE_SEIZE, 7, NULL, NULL)     = 0', call(101, [0x4206n, 7n, 0n, 0n], 0n)],
  ])('%s', (line, each) => {
    expect(callLine(showCall(each))).toBe(line)
  })

  test('what stands before a call counts for the column of its result, as with strace -f', () => {
    expect(callLine(showCall(call(60, [0n], 0n)), '[pid  8289] ')).toBe(
      '[pid  8289] exit(0)                     = ?',
    )
  })

  test('calls without a name are shown as well', () => {
    const numbers = rawCalls()
      .split(',')
      .map((call) => Number.parseInt(call, 10))
    expect(numbers).toEqual(Array.from({ length: 512 }, (_, number) => number))
  })

  test('a call without a name shows its number', () => {
    expect(showCall(call(400, [], 0n)).name).toBe('syscall_0x190')
  })
})

test('the sensor is told which arguments to read, and how', () => {
  const calls = new Map(
    rawCalls()
      .split(',')
      .map((each) => each.split(':') as [string, string]),
  )
  expect(calls.get('257')).toBe(String(1 << 3))
  expect(calls.get('82')).toBe(String(1 | (1 << 3)))
  expect(calls.get('42')).toBe(String(2 << 3))
  expect(calls.get('43')).toBe(String(4 << 3))
  expect(calls.get('39')).toBe('0')
})

interface Given {
  readonly number?: number
  readonly result?: bigint
  readonly pid?: number
  readonly tid?: number
}

function block(strings: readonly string[], of: Given = {}): Buffer {
  const texts = Buffer.concat(
    strings.flatMap((text) => {
      const length = Buffer.alloc(2)
      length.writeUInt16LE(text.length)
      return [length, Buffer.from(text, 'latin1')]
    }),
  )
  const total = Math.ceil((96 + texts.length) / 4) * 4 + 4
  const bytes = Buffer.alloc(total)
  bytes.writeUInt32LE(RAW_CALL_BLOCK, 0)
  bytes.writeUInt32LE(total, 4)
  bytes.writeUInt32LE(of.pid ?? 0, 24)
  bytes.writeUInt32LE(of.tid ?? 0, 28)
  bytes.writeBigInt64LE(of.result ?? 0n, 32)
  bytes.writeUInt32LE(of.number ?? 0, 40)
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

  test('a call that makes a process is told once, though it comes back in both', () => {
    const made = [56, 57, 58, 435].flatMap((number) => [
      block([], { number, result: 77n }),
      block([], { number, result: 0n }),
      block([], { number, result: -11n }),
    ])
    const told = [...new TraceStream().read(Buffer.concat(made))]
    expect(told.map((each) => (each.kind === 'call' ? Number(each.call.result) : undefined))).toEqual(
      [56, 57, 58, 435].flatMap(() => [77, -11]),
    )
  })

  test('the end of a thread that nothing but its calls told of is one of its process', () => {
    const PROCEXIT = 186
    const end = [int64(0x300), int64(3), Buffer.from([0]), Buffer.from([0]), int64(1)]
    const ends = (...blocks: readonly Buffer[]) =>
      [...new TraceStream().read(Buffer.concat([section(), ...blocks, eventBlock(PROCEXIT, end)]))].filter(
        ({ kind }) => kind === 'exit',
      )
    const exit = { kind: 'exit', tid: 4711, status: 3, signal: 0 }
    expect(ends(block([], { number: 3, pid: 4700, tid: 4711 }))).toEqual([{ ...exit, pid: 4700 }])
    expect(ends(block([], { number: 3, pid: 4711, tid: 4711 }))).toEqual([{ ...exit, pid: 4711 }])
    expect(ends()).toEqual([{ ...exit, pid: 4711 }])
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
