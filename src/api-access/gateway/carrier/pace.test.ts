import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Pace, type Paced } from './pace.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A watch whose events go on by one pace, and how long each has waited. */
class Watch implements Paced {
  readonly #pace: Pace
  readonly #isPatient: boolean
  #waiting: number[] = []
  #isDue = false
  #isHeld = false
  deliveries = 0
  resumptions = 0
  /** Milliseconds of each event. */
  readonly waits: number[] = []

  constructor(pace: Pace, isPatient = true) {
    this.#pace = pace
    this.#isPatient = isPatient
  }

  event(): void {
    this.#waiting.push(performance.now())
    this.#schedule()
  }

  deliver(): void {
    this.#isDue = false
    this.deliveries += 1
    for (const since of this.#waiting.splice(0)) this.waits.push(performance.now() - since)
  }

  hold(): boolean {
    this.#isHeld = this.#isPatient
    return this.#isPatient
  }

  resume(): void {
    this.resumptions += 1
    this.#isHeld = false
    if (this.#waiting.length > 0) this.#schedule()
  }

  #schedule(): void {
    if (this.#isDue || this.#isHeld) return
    this.#isDue = true
    this.#pace.add(this)
  }
}

function watches(count: number, isPatient = true): { all: Watch[]; pace: Pace } {
  const pace = new Pace()
  return { all: Array.from({ length: count }, () => new Watch(pace, isPatient)), pace }
}

/** Tells all of so many changes, one every so many milliseconds, and lets what waits go on. */
function change(all: readonly Watch[], times: number, every: number): void {
  for (let index = 0; index < times; index++) {
    for (const watch of all) watch.event()
    vi.advanceTimersByTime(every)
  }
  vi.advanceTimersByTime(1000)
}

const sum = (all: readonly Watch[], of: (watch: Watch) => number) =>
  all.reduce((total, watch) => total + of(watch), 0)
const longest = (all: readonly Watch[]) => Math.max(...all.flatMap(({ waits }) => waits))

describe('Pace', () => {
  test('delivers at the end of the turn, each in its order', () => {
    const pace = new Pace()
    const order: number[] = []
    for (const index of [0, 1, 2])
      pace.add({ deliver: () => order.push(index), hold: () => false, resume: () => undefined })
    expect(order).toEqual([])
    vi.advanceTimersToNextTimer()
    expect(order).toEqual([0, 1, 2])
  })

  test.each([
    [1, 500, 2],
    [10, 100, 10],
    [100, 50, 100],
    [100, 2, 5],
    [200, 10, 1000],
  ])('%i watches, %i changes, one every %i ms: nobody waits', (count, times, every) => {
    const { all } = watches(count)
    change(all, times, every)
    expect(longest(all)).toBe(0)
    expect(sum(all, ({ deliveries }) => deliveries)).toBe(count * times)
  })

  test.each([
    [100, 200, 7],
    [100, 200, 12],
    [1000, 100, 5],
    [30, 300, 3],
    [5, 3000, 1],
  ])(
    '%i watches, %i changes, one every %i ms: some wait, and no event for more than 100 ms',
    (count, times, every) => {
      const { all } = watches(count)
      change(all, times, every)
      for (const { waits } of all) expect(waits).toHaveLength(times)
      expect(longest(all)).toBeGreaterThan(0)
      expect(longest(all)).toBeLessThanOrEqual(101)
      // What each may take of the clock, but where all wait as long as any may; and what comes first.
      const seconds = (times * every) / 1000
      const most = Math.max(1000 * seconds, count * seconds * 10)
      expect(sum(all, ({ deliveries }) => deliveries)).toBeLessThanOrEqual(most * 1.1 + 2 * count + 300)
    },
  )

  test('what comes after quiet waits for nothing, also in the storm of others', () => {
    const { all, pace } = watches(100)
    const lone = new Watch(pace)
    for (let index = 0; index < 100; index++) {
      for (const watch of all) watch.event()
      if (index % 20 === 0) lone.event()
      vi.advanceTimersByTime(7)
    }
    expect(longest(all)).toBeGreaterThan(0)
    expect(lone.waits).toEqual([0, 0, 0, 0, 0])
    vi.advanceTimersByTime(1000)
    for (const watch of all) {
      watch.waits.length = 0
      watch.event()
    }
    vi.advanceTimersByTime(1)
    expect(longest(all)).toBe(0)
  })

  test('what is not patient is not kept waiting', () => {
    const { all } = watches(100, false)
    change(all, 100, 7)
    expect(longest(all)).toBe(0)
    expect(sum(all, ({ resumptions }) => resumptions)).toBe(0)
  })

  test('others have their turn between many', () => {
    const { all } = watches(1000)
    for (const watch of all) watch.event()
    const told: number[] = []
    const other = () => {
      told.push(sum(all, ({ deliveries }) => deliveries))
      if (told.length < 7) setImmediate(other)
    }
    setImmediate(other)
    vi.runAllTimers()
    expect(told).toEqual([200, 400, 600, 800, 1000, 1000, 1000])
  })
})
