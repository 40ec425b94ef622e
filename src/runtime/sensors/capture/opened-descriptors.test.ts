import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { kernelField } from '../kernel/fields/index.ts'
import { CaptureReader } from './capture-reader.ts'

const SECTION = 0x0a0d0d0a
const EVENT = 0x216
const OPENED = 0x48430002
const OPENAT = 307
const FCHMOD = 317
const THREAD = 77

function block(type: number, body: Buffer): Buffer {
  const padding = (4 - (body.length % 4)) % 4
  const head = Buffer.alloc(8)
  head.writeUInt32LE(type, 0)
  head.writeUInt32LE(12 + body.length + padding, 4)
  return Buffer.concat([head, body, Buffer.alloc(padding), head.subarray(4)])
}

function section(): Buffer {
  const body = Buffer.alloc(16)
  body.writeUInt32LE(0x1a2b3c4d, 0)
  body.writeUInt16LE(1, 4)
  return block(SECTION, body)
}

const int64 = (value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return bytes
}
const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function event(kind: number, type: number, parameters: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(28 + 2 * parameters.length)
  head.writeBigUInt64LE(1_700_000_000_000_000_000n, 2)
  head.writeBigUInt64LE(BigInt(THREAD), 10)
  head.writeUInt32LE(26 + 2 * parameters.length + Buffer.concat(parameters).length, 18)
  head.writeUInt16LE(type, 22)
  head.writeUInt32LE(parameters.length, 24)
  for (const [index, { length }] of parameters.entries()) head.writeUInt16LE(length, 28 + 2 * index)
  return block(kind, Buffer.concat([head, ...parameters]))
}

function opens(kind: number, fd: number, path: string, inode: number): Buffer {
  const name = Buffer.from(`${path}\0`)
  return event(kind, OPENAT, [int64(fd), int64(-100), name, uint32(1), uint32(0), uint32(0), int64(inode)])
}

const changesMode = (fd: number) => event(EVENT, FCHMOD, [int64(0), int64(fd), uint32(0o600)])

/** The type of each event that rules see, and the name of its descriptor. */
function read(...blocks: readonly Buffer[]): unknown[] {
  const reader = new CaptureReader()
  const fields = ['evt.type', 'fd.name'].map((name) => kernelField(name, undefined))
  const seen: unknown[] = []
  reader.feed(Buffer.concat([section(), ...blocks]))
  while (reader.next()) seen.push(fields.map((field) => field?.(reader.event)))
  expect(reader.problems).toEqual([])
  return seen
}

test('what a descriptor is, told without an event, is known to the events behind it', () => {
  expect(read(opens(OPENED, 5, '/far/away', 9), changesMode(5))).toEqual([['fchmod', '/far/away']])
})

test('the path that a file was opened by is kept', () => {
  const told = opens(EVENT, 5, '/link', 9)
  expect(read(told, opens(OPENED, 5, '/far/away', 9), changesMode(5))).toEqual([
    ['openat', '/link'],
    ['fchmod', '/link'],
  ])
})

test('a descriptor that is another file by now is told anew', () => {
  const told = opens(EVENT, 5, '/before', 8)
  expect(read(told, opens(OPENED, 5, '/now', 9), changesMode(5)).at(-1)).toEqual(['fchmod', '/now'])
})
