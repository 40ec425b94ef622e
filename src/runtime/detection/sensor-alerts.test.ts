import { expect, test } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import type { SensorIncident } from '../sensors/index.ts'
import { sensorAlert, sensorAlertMessages } from './sensor-alerts.ts'

const origin = { hostname: 'node-1', uuid: () => 'u', now: () => 0n }
const TIME = Date.parse('2026-03-01T10:00:00.250Z')

const render = (language: 'en' | 'ko') => createRenderer([sensorAlertMessages], language)

test('lost events are an alert with their number by cause', () => {
  const incident: SensorIncident = { kind: 'drops', time: TIME, causes: { bufferFull: 5, shed: 2 } }
  expect(sensorAlert(incident, origin, render('en'))).toEqual({
    uuid: 'u',
    rule: 'Haetae internal: events lost',
    priority: 'Warning',
    source: 'internal',
    time: '2026-03-01T10:00:00.250000000Z',
    output:
      '10:00:00.250000000: Warning events of the kernel were lost: 7 (bufferFull 5, shed 2); what they would have shown is not known',
    output_fields: {
      'haetae.drops': 7,
      'haetae.drops.bufferFull': 5,
      'haetae.drops.shed': 2,
      'evt.time': BigInt(TIME) * 1_000_000n,
    },
    tags: ['haetae_internal'],
    hostname: 'node-1',
  })
})

test('a gap is an alert with its start, its end and its cause', () => {
  const gap: SensorIncident = { kind: 'gap', start: TIME, end: TIME + 1500, cause: 'SIGKILL' }
  const alert = sensorAlert(gap, origin, render('ko'))
  expect(alert.output_fields).toEqual({
    'haetae.gap.cause': 'SIGKILL',
    'haetae.gap.start': '2026-03-01T10:00:00.250Z',
    'haetae.gap.end': '2026-03-01T10:00:01.750Z',
    'haetae.gap.seconds': 1.5,
    'evt.time': BigInt(TIME + 1500) * 1_000_000n,
  })
  expect(alert.output).toBe(
    '10:00:01.750000000: Critical 2026-03-01T10:00:00.250Z부터 2026-03-01T10:00:01.750Z까지 센서가 끝나(SIGKILL) 이 노드에서 일어난 일을 보지 못했습니다',
  )
})

test('a sensor that ended is told before it is back', () => {
  const alert = sensorAlert({ kind: 'stopped', time: TIME, cause: 'silent' }, origin, render('en'))
  expect(alert).toMatchObject({ rule: 'Haetae internal: sensor stopped', priority: 'Critical' })
})
