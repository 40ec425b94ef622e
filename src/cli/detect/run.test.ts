import { expect, test } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import type { AlertOutput } from '../../runtime/detection/index.ts'
import type { Sensor } from '../../runtime/sensors/index.ts'
import type { Detection } from './detection.ts'
import { type RunContext, run } from './run.ts'
import { createTally } from './tally.ts'

const NO_COUNTS = { suppressed: 0, evicted: 0, late: 0 }

/** Events, and the batches that hold them, that say when they are let go of. */
function sensorOf(events: readonly number[], closed: string[]): Sensor<number> {
  function* each() {
    try {
      yield* events
    } finally {
      closed.push('events')
    }
  }
  async function* batches() {
    try {
      yield { events: each(), problems: [] }
    } finally {
      closed.push('batches')
    }
  }
  return batches()
}

function contextOf(outputs: readonly AlertOutput[] = []): RunContext {
  return { outputs, tally: createTally(), tell: () => undefined, render: createRenderer([], 'en') }
}

const detectionOf = (alerts: Detection<number>['alerts']): Detection<number> => ({
  alerts,
  replace: () => undefined,
  counts: () => NO_COUNTS,
})

test('where detection throws, the events are let go of, and then the sensor', async () => {
  const closed: string[] = []
  const context = contextOf()
  const detection = detectionOf((event) => {
    if (event === 2) throw new Error('a defect')
    return []
  })
  await expect(run(sensorOf([1, 2, 3], closed), detection, context)).rejects.toThrow('a defect')
  expect(closed).toEqual(['events', 'batches'])
  expect(context.tally.events).toBe(2)
})

test('events that are gone through to their end are let go of once', async () => {
  const closed: string[] = []
  const context = contextOf()
  const detection = detectionOf(() => [])
  await run(sensorOf([1, 2, 3], closed), detection, context)
  expect(closed).toEqual(['events', 'batches'])
  expect(context.tally.events).toBe(3)
})
