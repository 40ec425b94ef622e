import { describe, expect, test } from 'vitest'
import { syscallEvents } from './syscall-events.ts'

function fieldOf(name: string, event: Parameters<ReturnType<typeof syscallEvents.reader>>[0]) {
  const lookup = syscallEvents.catalogue.lookup(name)
  if (!lookup.ok) throw new Error(`no field ${name}`)
  return syscallEvents.reader(lookup.resolved)(event)
}

describe('times of an event of the kernel', () => {
  test.each([
    ['evt.time', '12:00:00.003562001'],
    ['evt.time.s', '12:00:00'],
    ['evt.time.iso8601', '2025-01-15T12:00:00.003562001+0000'],
    ['evt.datetime', '2025-01-15 12:00:00.003562001'],
    ['evt.datetime.s', '2025-01-15 12:00:00'],
    ['evt.rawtime', 1736942400003562001n],
    ['evt.rawtime.s', 1736942400n],
    ['evt.rawtime.ns', 3562001n],
  ])('%s is made of its own time', (name, expected) => {
    expect(fieldOf(name, { ts: '1736942400003562001', fields: {} })).toBe(expected)
    expect(fieldOf(name, { ts: 1736942400003562001n, fields: {} })).toBe(expected)
  })

  test('its fields go first', () => {
    const event = { ts: '1736942400003562001', fields: { 'evt.time': '01:02:03.000000004' } }
    expect(fieldOf('evt.time', event)).toBe('01:02:03.000000004')
  })

  test.each([undefined, '', 'soon', '-1', 1.5])('%s is none', (ts) => {
    expect(fieldOf('evt.time', { ...(ts !== undefined && { ts }), fields: {} })).toBeUndefined()
  })
})
