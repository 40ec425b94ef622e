import { expect, test } from 'vitest'
import { statsText } from './stats-text.ts'
import { createTally, mergedCounts, statsOf } from './tally.ts'

const NONE = { suppressed: 0, evicted: 0, late: 0 }
const textOf = (receiver: object | undefined, language: 'en' | 'ko' = 'en') =>
  statsText(statsOf(createTally(), NONE, [], 1, receiver), language)

test('what the sensor lost is told by its causes, and how long it did not see', () => {
  const receiver = { events: 9, drops: { bufferFull: 7, shed: 2, nested: 0 }, stops: 1, gapSeconds: 2.5 }
  expect(textOf(receiver)).toMatch(/^events lost by the sensor +9 \(bufferFull 7, shed 2\)$/m)
  expect(textOf(receiver)).toMatch(/^stops of the sensor +1 \(2\.5 s not seen\)$/m)
  expect(textOf(receiver, 'ko')).toMatch(/^센서가 잃은 이벤트 +9 \(bufferFull 7, shed 2\)$/m)
  expect(textOf({ drops: { shed: 0 }, stops: 0 })).toMatch(/^events lost by the sensor +0$/m)
  expect(textOf({ requests: 1 })).not.toContain('sensor')
  expect(textOf(undefined)).not.toContain('sensor')
})

test('of two inputs what both count is added up', () => {
  const kernel = { events: 168, drops: { shed: 1 }, stops: 0 }
  expect(mergedCounts(kernel, { events: 1, requests: 1 })).toEqual({ ...kernel, events: 169, requests: 1 })
})
