import { expect, test } from 'vitest'
import { RecentEnds } from './recent-ends.ts'

test('thousands of threads that ended one after the other are remembered with their parents and times', () => {
  const ends = new RecentEnds()
  expect(ends.slotOf(0, 0)).toBe(-1)
  for (let tid = 1; tid <= 4096; tid++) ends.add(tid, 7, tid, 4_000_000_000)
  for (let tid = 1; tid <= 4096; tid++) {
    const slot = ends.slotOf(tid, 7)
    expect([ends.low(slot), ends.high(slot)]).toEqual([tid, 4_000_000_000])
  }
  expect(ends.slotOf(5, 8)).toBe(-1)
})

test('the last of a number, and of those that share its place, counts', () => {
  const ends = new RecentEnds()
  ends.add(10, 1, 100, 0)
  ends.add(10, 2, 200, 0)
  expect(ends.slotOf(10, 1)).toBe(-1)
  expect(ends.low(ends.slotOf(10, 2))).toBe(200)
  ends.add(10 + 4096, 2, 300, 0)
  expect(ends.slotOf(10, 2)).toBe(-1)
  expect(ends.slotOf(10 + 4096, 2)).toBeGreaterThanOrEqual(0)
})

test('numbers of any size are told apart', () => {
  const ends = new RecentEnds()
  const large = 2 ** 40 + 10
  ends.add(large, 1, 1, 1)
  expect(ends.slotOf(10, 1)).toBe(-1)
  expect(ends.slotOf(large, 1)).toBeGreaterThanOrEqual(0)
})
