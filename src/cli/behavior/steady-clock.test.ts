import { expect, test } from 'vitest'
import { createSteadyClock } from './steady-clock.ts'

const HOUR = 3_600_000

test.each([
  ['set forward', HOUR],
  ['set back', -HOUR],
])('goes on as it was where the time of day is %s', (_, change) => {
  let elapsed = 500
  let set = 0
  const clock = createSteadyClock(
    () => 1_000_000_000 + elapsed + set,
    () => elapsed,
  )
  elapsed += 2000
  expect(clock.now()).toBe(1_000_002_500)
  expect(clock.of(1_000_002_400)).toBe(1_000_002_400)
  set = change
  elapsed += 1000
  expect(clock.now()).toBe(1_000_003_500)
  // The sensor has not learned of it yet; then it has.
  expect(clock.of(1_000_003_400)).toBe(1_000_003_400)
  expect(clock.of(1_000_003_450 + change)).toBe(1_000_003_450)
})

test('events that come late, and those without a time, stay as they are', () => {
  let elapsed = 0
  const clock = createSteadyClock(
    () => 5000 + elapsed + (elapsed > 10 ? 20 : 0),
    () => elapsed,
  )
  elapsed = 60_000
  expect(clock.of(6000)).toBe(6000)
  expect(clock.of(Number.NaN)).toBeNaN()
})
