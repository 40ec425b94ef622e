import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Thread } from './thread.ts'
import { ThreadTable } from './thread-table.ts'

function threadOf(tid: number, ptid: number): Thread {
  const thread = new Thread(tid, tid)
  thread.ptid = ptid
  return thread
}

/** As many as libs keeps. */
const MOST = 131_072

test('a hundred thousand processes are known; more than the table holds, and those that come later are not', () => {
  const table = new ThreadTable()
  table.add(threadOf(1, 0))
  for (let tid = 2; tid <= MOST + 5000; tid++) table.add(threadOf(tid, 1))
  expect(table.size).toBe(MOST)
  expect(table.get(100_000)?.ptid).toBe(1)
  expect(table.get(MOST + 1)).toBeUndefined()
  const known = table.get(2)
  if (known !== undefined) table.remove(known)
  table.add(threadOf(MOST + 1, 1))
  expect(table.get(MOST + 1)?.tid).toBe(MOST + 1)
})

test('a number that is used again is the new thread, and nothing of the old one stays', () => {
  const table = new ThreadTable()
  const [first, second] = [threadOf(10, 0), threadOf(20, 0)]
  table.add(first)
  table.add(second)
  const old = threadOf(30, 10)
  table.add(old)
  table.add(threadOf(30, 20))
  expect(table.get(30)?.ptid).toBe(20)
  expect([...(first.children ?? [])]).not.toContain(old)
  expect([...(second.children ?? [])].map(({ tid }) => tid)).toEqual([30])
})

test('whatever begins and ends, the table has those that are left', () => {
  const step = fc.record({
    tid: fc.integer({ min: 1, max: 8 }),
    ptid: fc.integer({ min: 0, max: 8 }),
    isEnd: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = new ThreadTable()
      const left = new Set<number>()
      for (const { tid, ptid, isEnd } of steps) {
        const known = table.get(tid)
        if (!isEnd) {
          table.add(threadOf(tid, ptid))
          left.add(tid)
        } else if (known !== undefined) {
          table.remove(known)
          left.delete(tid)
        }
        expect(table.size).toBe(left.size)
        for (const each of left) expect(table.get(each)?.tid).toBe(each)
      }
    }),
  )
})
