import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { EVENT_TYPES, SYSTEM_CALLS } from '../../schema/event-types.ts'
import { KernelEvent } from '../kernel-event.ts'
import { KernelState } from '../kernel-state.ts'
import { kernelEventKind, kernelField, kernelFieldsOfKind, typeName } from './index.ts'

const HEADER = 26

/** An event whose parameters are two numbers of two bytes, as those of generic events are. */
function eventOf(type: number, first: number, second: number): KernelEvent {
  const bytes = Buffer.alloc(HEADER + 8)
  bytes.writeUInt32LE(bytes.length, 16)
  bytes.writeUInt16LE(type, 20)
  bytes.writeUInt32LE(2, 22)
  bytes.writeUInt16LE(2, HEADER)
  bytes.writeUInt16LE(2, HEADER + 2)
  bytes.writeUInt16LE(first, HEADER + 4)
  bytes.writeUInt16LE(second, HEADER + 6)
  const event = new KernelEvent(new KernelState())
  if (!event.moveTo(bytes, 0, bytes.length)) throw new Error('the event does not hold together')
  return event
}

const direction = kernelField('evt.dir', undefined)

test.each([0, 1])(
  'generic events of type %i are of a kind for each call, whose name its fields tell',
  (type) => {
    const told = SYSTEM_CALLS.slice(1).map((_, index) => {
      const event = eventOf(type, index + 1, 0)
      const kind = kernelEventKind(event)
      const fields = kernelFieldsOfKind(kind)
      const names = [typeName(event), direction?.(event)]
      return { kind, names, facts: [fields.get('evt.type'), fields.get('evt.dir')] }
    })
    const kinds = new Set(told.map(({ kind }) => kind))
    expect(kinds.size).toBe(SYSTEM_CALLS.length - 1)
    expect(Math.min(...kinds)).toBeGreaterThanOrEqual(EVENT_TYPES.length)
    expect(told.map(({ names }) => names[0])).toEqual(SYSTEM_CALLS.slice(1))
    expect(told.map(({ facts }) => facts)).toEqual(told.map(({ names }) => names.map((name) => [name])))
  },
)

test.each([
  ['a call that the kernel alone numbers', 0, 17],
  ['a call that is not known', 60_000, 0],
])('%s may be any', (_title, call, native) => {
  const kind = kernelEventKind(eventOf(1, call, native))
  expect(kind).toBe(1)
  expect([...kernelFieldsOfKind(kind).keys()]).toEqual(['evt.dir'])
})

test('other events are of the kind of their type', () => {
  const types = EVENT_TYPES.slice(2)
  const told = types.map(({ number }) => kernelFieldsOfKind(number))
  expect(told.map((fields) => fields.get('evt.dir'))).toEqual(
    types.map(({ isEnter }) => [isEnter ? '>' : '<']),
  )
  expect(told.map((fields) => fields.get('evt.type')?.at(-1))).toEqual(types.map(({ name }) => name))
})
