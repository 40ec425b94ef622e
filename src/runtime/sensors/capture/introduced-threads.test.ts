import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { kernelField } from '../kernel/fields/index.ts'
import { eventBlock, int64, section, text, uint32 } from './capture-bytes.fixture.ts'
import { CaptureReader } from './capture-reader.ts'

const STATE = 0x48430002
const EVENT = 0x216
const CLONE = 223
const EXECVE = 293
const SETSID = 275
const FCHMOD = 317

const START = 1_700_000_000_000_000_000n
const NONE = Buffer.alloc(0)
const TID = 4711
const EXE_WRITABLE = 1
const EXE_UPPER_LAYER = 2

interface Told {
  readonly tid?: number
  readonly ptid?: number
  readonly comm: string
  readonly exe?: string
  readonly args?: readonly string[]
  readonly uid?: number
  readonly start?: bigint
  /** Whether it ends, so that its memory is gone, and the file with it. */
  readonly ends?: boolean
}

/** An event of a thread, as the sensor tells it. */
function of(tid: number, block: Buffer, time = START): Buffer {
  const copy = Buffer.from(block)
  copy.writeBigUInt64LE(time, 10)
  copy.writeBigUInt64LE(BigInt(tid), 18)
  return copy
}

function program({ tid = TID, ptid = 1, comm, exe = comm, args = [], ends }: Told, cwd: Buffer): Buffer[] {
  const joined = Buffer.concat(args.map(text))
  const numbers = [tid, tid, ptid].map(int64)
  const memory = [int64(64), int64(0), int64(0), uint32(ends === true ? 0 : 4096), NONE, NONE]
  const cgroup = Buffer.concat([text('memory=/x'), text('=/y')])
  return [int64(0), exe === '' ? NONE : text(exe), joined, ...numbers, cwd, ...memory, text(comm), cgroup]
}

/** What the sensor tells of a thread whose beginning it did not. */
function introduction(told: Told): Buffer {
  const { tid = TID, uid = 33, start = START - 60_000_000_000n, ends = false } = told
  const beginning = [uint32(0), uint32(uid), uint32(uid), int64(7), int64(7), int64(0)]
  const clone = eventBlock(CLONE, [...program(told, NONE), ...beginning], STATE)
  const inode = [9, 8, 7].map((number) => int64(ends ? 0 : number))
  const rights = [int64(0), int64(0), int64(0), ...inode, uint32(uid)]
  const file = [ends ? NONE : text(`/usr/bin/${told.comm}`), int64(70), uint32(uid)]
  const flags = uint32(ends ? 0 : EXE_WRITABLE | EXE_UPPER_LAYER)
  const rest = [NONE, uint32(34_816), int64(70), uint32(1000), flags, ...rights, ...file]
  const execve = eventBlock(EXECVE, [...program(told, text('/srv')), ...rest], STATE)
  return Buffer.concat([
    of(tid, clone, start),
    of(tid, execve),
    of(tid, eventBlock(SETSID, [int64(70)], STATE)),
  ])
}

const act = (tid = TID) => of(tid, eventBlock(FCHMOD, [int64(0), int64(5), uint32(0o600)]))

function read(fields: readonly string[], ...blocks: readonly Buffer[]): unknown[] {
  const reader = new CaptureReader()
  const found = fields.map((name) => kernelField(name, undefined))
  const seen: unknown[] = []
  reader.feed(Buffer.concat([section(), ...blocks]))
  while (reader.next()) seen.push(found.map((field) => field?.(reader.event)))
  expect(reader.problems).toEqual([])
  return seen
}

const FIELDS = [
  'proc.name',
  'proc.cmdline',
  'proc.exepath',
  'proc.cwd',
  'user.uid',
  'user.loginuid',
  'proc.vpid',
]

test('a thread that nothing was told of is known by its first event, which is the only one', () => {
  expect(read(FIELDS, introduction({ comm: 'nsenter', args: ['-t', '1'] }), act())).toEqual([
    ['nsenter', 'nsenter -t 1', '/usr/bin/nsenter', '/srv/', 33, 1000, 7],
  ])
  expect(read(['proc.sid', 'proc.pgid', 'proc.tty'], introduction({ comm: 'a' }), act())).toEqual([
    [70, 70, 34_816],
  ])
})

test('without, it is known by its number alone', () => {
  expect(read(['proc.name', 'proc.pid'], act())).toEqual([['<NA>', -1]])
})

test('what a thread is by now takes the place of what was known of it', () => {
  const before = introduction({ comm: 'sh', uid: 0 })
  expect(
    read(['proc.name', 'user.uid'], before, act(), introduction({ comm: 'id', uid: 33 }), act()),
  ).toEqual([
    ['sh', 0],
    ['id', 33],
  ])
})

test('one with the same number that began at another time is another one', () => {
  const opens = [int64(5), int64(-100), text('/open'), uint32(1), uint32(0), uint32(0), int64(9)]
  const opened = of(TID, eventBlock(307, opens, EVENT))
  const later = introduction({ comm: 'b', start: START - 20_000_000_000n })
  expect(read(['proc.name', 'fd.name'], introduction({ comm: 'a' }), opened, act(), later, act())).toEqual([
    ['a', '/open'],
    ['a', '/open'],
    ['b', ''],
  ])
})

test('a parent whose memory could not be read keeps the arguments that are known of it', () => {
  const parent = { tid: 4000, comm: 'make' }
  const known = introduction({ ...parent, args: ['-j'] })
  const again = introduction({ ...parent, exe: '' })
  const child = introduction({ comm: 'cc', ptid: 4000 })
  expect(read(['proc.pcmdline', 'proc.pexe'], known, again, child, act())).toEqual([['make -j', 'make']])
  expect(read(['proc.pcmdline', 'proc.pexe'], again, child, act())).toEqual([['make', 'make']])
})

test('a thread that is told of as it ends, without its memory, keeps what is known of its program', () => {
  const known = { comm: 'make', args: ['-j'] }
  const names = [
    'proc.cmdline',
    'proc.exepath',
    'proc.is_exe_upper_layer',
    'proc.is_exe_writable',
    'proc.vmsize',
  ]
  const file = ['proc.exe_ino', 'proc.exe_ino.ctime', 'proc.exe_ino.mtime']
  const [before, after] = read(
    [...names, ...file],
    introduction(known),
    act(),
    introduction({ ...known, exe: '', args: [], ends: true }),
    act(),
  ) as unknown[][]
  expect(before?.slice(0, names.length)).toEqual(['make -j', '/usr/bin/make', true, true, 4096])
  expect(after).toEqual(before)
})
