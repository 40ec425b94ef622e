import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
  ['1m1ms', 60_001],
])('%s is %d milliseconds', (text, duration) => {
  expect(parseDuration(text)).toBe(duration)
  expect(formatDuration(duration)).toBe(text)
})

test.each(['', '5', 'm', '0s', '5 m', '1m1h', '-1s', '1.5h', '5M', '9999d', '1h1h'])('%j is none', (text) =>
  expect(parseDuration(text)).toBeUndefined(),
)
