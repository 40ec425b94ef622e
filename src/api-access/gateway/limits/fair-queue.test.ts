import { describe, expect, test } from 'vitest'
import { FairQueue } from './fair-queue.ts'

const queue = (options: Partial<ConstructorParameters<typeof FairQueue>[0]> = {}) =>
  new FairQueue({
    places: 1,
    placesPerFlow: options.places ?? 1,
    waitingPerFlow: 10,
    waiting: 100,
    patience: 60_000,
    ...options,
  })

describe('FairQueue', () => {
  test('serves the flows in turn, however long their lines are', async () => {
    const places = queue()
    const first = places.enter('greedy')
    const order: string[] = []
    const wait = async (flow: string) => {
      const release = await places.enter(flow)
      order.push(flow)
      release?.()
    }
    const all = ['greedy', 'greedy', 'greedy', 'modest', 'other'].map(wait)
    expect(places.waiting).toBe(5)
    ;(await first)?.()
    await Promise.all(all)
    expect(order).toEqual(['greedy', 'modest', 'other', 'greedy', 'greedy'])
    expect([places.taken, places.waiting]).toEqual([0, 0])
  })

  test('sends away who finds no place to wait', async () => {
    const places = queue({ waitingPerFlow: 1, waiting: 2 })
    places.enter('a')
    expect(places.enter('a')).toBeInstanceOf(Promise)
    expect(places.enter('a')).toBeUndefined()
    expect(places.enter('b')).toBeInstanceOf(Promise)
    expect(places.enter('c')).toBeUndefined()
  })

  test('lets nobody wait for ever', async () => {
    const places = queue({ patience: 1 })
    const release = await places.enter('a')
    expect(await places.enter('b')).toBeUndefined()
    release?.()
    expect(places.taken).toBe(0)
  })

  test('one flow does not get all places, and the next that waits for its own is served when one is free', async () => {
    const places = queue({ places: 3, placesPerFlow: 2 })
    const held = [await places.enter('greedy'), await places.enter('greedy')]
    const third = places.enter('greedy')
    expect(third).toBeInstanceOf(Promise)
    const other = places.enter('modest')
    expect(other).toBeInstanceOf(Function)
    ;(await other)?.()
    expect([places.taken, places.waiting]).toEqual([2, 1])
    held[0]?.()
    ;(await third)?.()
    held[1]?.()
    expect([places.taken, places.waiting]).toEqual([0, 0])
  })

  test('a place is given back once, however often it is released', async () => {
    const places = queue({ places: 2 })
    const release = await places.enter('a')
    await places.enter('b')
    release?.()
    release?.()
    expect(places.taken).toBe(1)
  })
})
