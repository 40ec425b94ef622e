import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SENSOR_EVENTS } from './sensor-events.ts'
import { TOLD_AS } from './wanted-calls.ts'

test('the events that the sensor is said to tell of are those that it makes', () => {
  const source = readFileSync(new URL('../../../../sensor/calls.c', import.meta.url), 'utf8')
  const calls = [...source.matchAll(/^\t(?:CALL\(|FLAGGED\(|GENERIC\(|\{ ")(\w+)/gm)].map(
    ([, name = '']) => name,
  )
  expect(calls.length).toBeGreaterThan(70)
  const made = new Set(['clone', 'procexit', ...calls.map((name) => TOLD_AS[name] ?? name)])
  expect([...SENSOR_EVENTS].sort()).toEqual([...made].sort())
})
