import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSuppression } from './suppression.ts'

interface Raised {
  readonly key: string
  readonly time: number
}

const ALERTS: fc.Arbitrary<Raised[]> = fc.array(
  fc.record({ key: fc.constantFrom('a', 'b'), time: fc.integer({ min: 0, max: 60 }) }),
  { maxLength: 60 },
)

/** The definition. */
function naive(limit: number, within: number, alerts: readonly Raised[]): boolean[] {
  const passed: Raised[] = []
  return alerts.map((alert, index) => {
    const seen = alerts.slice(0, index + 1).filter(({ key }) => key === alert.key)
    const latest = Math.max(...seen.map(({ time }) => time))
    if (alert.time < latest - within) return true
    const recent = passed.filter(({ key, time }) => key === alert.key && time >= latest - within)
    if (recent.length >= limit) return false
    passed.push(alert)
    return true
  })
}

test('lets through what its definition says', () => {
  const limit = fc.integer({ min: 1, max: 3 })
  const within = fc.integer({ min: 1, max: 30 })
  fc.assert(
    fc.property(limit, within, ALERTS, (limit, within, alerts) => {
      const suppressor = createSuppression({ limit, within, by: [] }, { evicted: 0, late: 0 })
      expect(alerts.map(({ key, time }) => suppressor(key, time))).toEqual(naive(limit, within, alerts))
    }),
  )
})

test('never more than the limit in any window of alerts that come in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100 })), (times) => {
      const suppressor = createSuppression({ limit: 2, within: 10, by: [] }, { evicted: 0, late: 0 })
      const passed = times.toSorted((a, b) => a - b).filter((time) => suppressor('a', time))
      for (const start of passed)
        expect(passed.filter((time) => time >= start && time <= start + 10).length).toBeLessThanOrEqual(2)
    }),
  )
})
