import { describe, expect, test } from 'vitest'
import { Pace } from './pace.ts'

/** A watch that counts what happens to it. */
function watcher() {
  const told = { deliveries: 0, resumed: Promise.withResolvers<void>() }
  return {
    told,
    deliver: () => {
      told.deliveries += 1
    },
    resume: () => told.resumed.resolve(),
  }
}

const turn = () => new Promise((next) => setImmediate(next))

describe('Pace', () => {
  test('delivers at the end of the turn, each in its order', async () => {
    const pace = new Pace()
    const order: number[] = []
    for (const index of [0, 1, 2]) pace.add({ deliver: () => order.push(index), resume: () => undefined })
    expect(order).toEqual([])
    await turn()
    expect(order).toEqual([0, 1, 2])
  })

  test('a few wait for nothing', async () => {
    const pace = new Pace(() => 1000)
    for (let index = 0; index < 5; index++) {
      const paced = watcher()
      pace.add(paced)
      expect(pace.holds(paced)).toBe(false)
    }
    await turn()
  })

  test('in a storm each is delivered, waits, and may go on', async () => {
    const pace = new Pace(() => 1000)
    const watchers = Array.from({ length: 500 }, watcher)
    for (const paced of watchers) pace.add(paced)
    await turn()
    expect(watchers.map(({ told }) => told.deliveries)).toEqual(watchers.map(() => 1))
    for (const paced of watchers) {
      pace.add(paced)
      expect(pace.holds(paced)).toBe(true)
    }
    await Promise.all(watchers.map(({ told }) => told.resumed.promise))
    await turn()
    expect(watchers.map(({ told }) => told.deliveries)).toEqual(watchers.map(() => 2))
  })
})
