import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SensorIncident } from '../../runtime/sensors/index.ts'
import { watchSensor } from './sensor-watch.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const drops = (count: number): SensorIncident => ({ kind: 'drops', time: 0, causes: { bufferFull: count } })

test('losses are told at once, then summed up, and none is left out', () => {
  const told: SensorIncident[] = []
  const watch = watchSensor((incident) => told.push(incident))
  const sums = () => told.map((incident) => (incident.kind === 'drops' ? incident.causes['bufferFull'] : 0))
  watch.take(drops(1))
  watch.take(drops(2))
  watch.take(drops(3))
  expect(sums()).toEqual([1])
  vi.advanceTimersByTime(30_000)
  expect(sums()).toEqual([1, 5])
  watch.take(drops(4))
  watch.end()
  expect(sums()).toEqual([1, 5, 4])
  vi.advanceTimersByTime(60_000)
  expect(sums()).toEqual([1, 5, 4])
})

test('stops and gaps are told at once, and summed up', () => {
  const told: string[] = []
  const watch = watchSensor(({ kind }) => told.push(kind))
  watch.ready()
  expect(watch.health.isUp).toBe(true)
  watch.take({ kind: 'stopped', time: 0, cause: 'SIGKILL' })
  expect(watch.health).toEqual({ stops: 1, gaps: 0, gapSeconds: 0, isUp: false })
  watch.ready()
  watch.take({ kind: 'gap', start: 0, end: 2500, cause: 'SIGKILL' })
  expect(watch.health).toEqual({ stops: 1, gaps: 1, gapSeconds: 2.5, isUp: true })
  expect(told).toEqual(['stopped', 'gap'])
})
