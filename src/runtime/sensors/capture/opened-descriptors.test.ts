import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { kernelField } from '../kernel/fields/index.ts'
import { eventBlock, int64, section, text, uint32 } from './capture-bytes.fixture.ts'
import { CaptureReader } from './capture-reader.ts'

const EVENT = 0x216
const OPENED = 0x48430002
const OPENAT = 307
const FCHMOD = 317
const EVENTFD2 = 397

function opens(kind: number, fd: number, path: string, inode: number): Buffer {
  const parameters = [int64(fd), int64(-100), text(path), uint32(1), uint32(0), uint32(0), int64(inode)]
  return eventBlock(OPENAT, parameters, kind)
}

const changesMode = (fd: number) => eventBlock(FCHMOD, [int64(0), int64(fd), uint32(0o600)])

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

test('a descriptor that was no file and is one by now, since an exec closed it unseen, is told anew', () => {
  const told = eventBlock(EVENTFD2, [int64(5), Buffer.alloc(2), int64(0)])
  expect(read(told, opens(OPENED, 5, '/now', 9), changesMode(5)).at(-1)).toEqual(['fchmod', '/now'])
})
