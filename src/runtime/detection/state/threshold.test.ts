import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createThreshold } from './threshold.ts'

interface Seen {
  readonly key: string
  readonly time: number
  readonly value: string | undefined
}

const EVENTS: fc.Arbitrary<Seen[]> = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b'),
    time: fc.integer({ min: 0, max: 60 }),
    value: fc.constantFrom('x', 'y', 'z', undefined),
  }),
  { maxLength: 60 },
)

/** The definition, without any thought of time or memory. */
function naive(count: number, within: number, distinct: boolean, events: readonly Seen[]): boolean[] {
  const since = new Map<string, Seen[]>()
  return events.map((event) => {
    if (distinct && event.value === undefined) return false
    const counted = since.get(event.key) ?? []
    since.set(event.key, counted)
    const latest = Math.max(event.time, ...counted.map(({ time }) => time))
    if (event.time < latest - within) return false
    counted.push(event)
    const inside = counted.filter(({ time }) => time >= latest - within)
    const number = distinct ? new Set(inside.map(({ value }) => value)).size : inside.length
    if (number < count) return false
    since.delete(event.key)
    return true
  })
}

function counted(count: number, within: number, distinct: boolean, events: readonly Seen[]): boolean[] {
  const counts = { evicted: 0, late: 0 }
  const threshold = createThreshold({ count, within, by: [], ...(distinct && { distinct: 'x' }) }, counts)
  return events.map(({ key, time, value }) => threshold(key, time, value))
}

const COUNT = fc.integer({ min: 2, max: 5 })
const WITHIN = fc.integer({ min: 1, max: 30 })

test('counts events as its definition says, also those that come out of order', () => {
  fc.assert(
    fc.property(COUNT, WITHIN, EVENTS, (count, within, events) => {
      expect(counted(count, within, false, events)).toEqual(naive(count, within, false, events))
    }),
  )
})

test('counts distinct values as its definition says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3 }), WITHIN, EVENTS, (count, within, events) => {
      expect(counted(count, within, true, events)).toEqual(naive(count, within, true, events))
    }),
  )
})

describe('at the edges', () => {
  const at = (...times: readonly number[]) => times.map((time) => ({ key: 'a', time, value: undefined }))

  test('exactly as long ago as the window is still inside', () => {
    expect(counted(2, 10, false, at(0, 10))).toEqual([false, true])
    expect(counted(2, 10, false, at(0, 11))).toEqual([false, false])
  })

  test('the count begins anew after an alert', () =>
    expect(counted(2, 10, false, at(0, 1, 2, 3))).toEqual([false, true, false, true]))

  test('an event that comes late counts while its time is inside', () =>
    expect(counted(3, 10, false, at(5, 12, 3))).toEqual([false, false, true]))

  test('one that comes later than that does not, and is counted as late', () => {
    const counts = { evicted: 0, late: 0 }
    const threshold = createThreshold({ count: 2, within: 10, by: [] }, counts)
    expect([threshold('a', 20, undefined), threshold('a', 9, undefined)]).toEqual([false, false])
    expect(counts).toEqual({ evicted: 0, late: 1 })
  })
})

describe('memory is bounded', () => {
  test('by the number of keys: the least recently used is forgotten', () => {
    const counts = { evicted: 0, late: 0 }
    const threshold = createThreshold({ count: 2, within: 10, by: [] }, counts, { keys: 2, items: 100 })
    for (const key of ['a', 'b', 'c']) threshold(key, 0, undefined)
    expect(counts.evicted).toBe(1)
    expect(threshold('c', 1, undefined)).toBe(true)
    expect(threshold('a', 1, undefined)).toBe(false)
  })

  test('by the number of events over all keys', () => {
    const counts = { evicted: 0, late: 0 }
    const threshold = createThreshold({ count: 100, within: 10, by: [] }, counts, { keys: 1000, items: 10 })
    for (let index = 0; index < 50; index++) threshold(`key ${index % 5}`, index, undefined)
    expect(counts.evicted).toBeGreaterThan(0)
  })
})
