import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { eventBlock, int64, section, text, uint32 } from '../../capture/capture-bytes.fixture.ts'
import { CaptureReader } from '../../capture/capture-reader.ts'
import { eventNumber } from '../../schema/event-types.ts'
import { kernelField } from './index.ts'

const O_CREAT = 4
const O_TMPFILE = 8192
const O_F_CREATED = 16_384

function fieldOf(name: string, symbol: string, values: readonly Buffer[]): unknown {
  const reader = new CaptureReader()
  reader.feed(Buffer.concat([section(), eventBlock(eventNumber(symbol), values)]))
  expect(reader.next()).toBe(true)
  return kernelField(name, undefined)?.(reader.event)
}

const openat = (result: number, flags: number, mode = 0o600) => [
  ...[int64(result), int64(-100), text('/srv/x'), uint32(flags), uint32(mode), uint32(0), int64(1)],
]

test.each<[string, number, number, boolean]>([
  ['a file that was made', 3, O_CREAT | O_F_CREATED, true],
  ['a file that was there', 3, O_CREAT, false],
  ['a file without a name', 3, O_TMPFILE, true],
  ['a file without a name that could not be made', -95, O_TMPFILE, false],
])('evt.is_open_create of %s', (_, result, flags, isMade) => {
  expect(fieldOf('evt.is_open_create', 'SYSCALL_OPENAT_2_X', openat(result, flags))).toBe(isMade)
})

test.each([
  [0, [false, false]],
  [1, [true, false]],
  [2, [false, true]],
])('the layer of a file that creat made, told as %i', (told, layers) => {
  const values = [int64(3), text('/srv/x'), uint32(0o600), uint32(0), int64(1), Buffer.from([told, 0])]
  const names = ['fd.is_upper_layer', 'fd.is_lower_layer']
  expect(names.map((name) => fieldOf(name, 'SYSCALL_CREAT_X', values))).toEqual(layers)
})

test('evt.is_open_exec: by the mode, which open_by_handle_at has none of', () => {
  const isExecutable = (symbol: string, values: readonly Buffer[]) =>
    fieldOf('evt.is_open_exec', symbol, values)
  expect(isExecutable('SYSCALL_OPENAT_2_X', openat(3, O_CREAT, 0o700))).toBe(true)
  expect(isExecutable('SYSCALL_OPENAT_2_X', openat(3, O_CREAT, 0o600))).toBe(false)
  const device = uint32(0o111)
  const byHandle = [int64(3), int64(4), uint32(O_CREAT), text('/srv/x'), device, int64(1)]
  expect(isExecutable('SYSCALL_OPEN_BY_HANDLE_AT_X', byHandle)).toBe(false)
})
