import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SmallSet } from './small-set.ts'

test('has the members that a set has', () => {
  const change = fc.record({ isAdded: fc.boolean(), member: fc.integer({ min: 1, max: 4 }) })
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const small = new SmallSet<number>()
      const set = new Set<number>()
      for (const { isAdded, member } of changes) {
        if (isAdded) {
          small.add(member)
          set.add(member)
        } else {
          small.delete(member)
          set.delete(member)
        }
        expect([...small]).toEqual([...set])
        expect(small.size).toBe(set.size)
      }
    }),
  )
})
