import { defineMessages, type Message } from '../../messages/index.ts'
import { exactNumber, type OutputValue, type Priority } from '../rules/index.ts'
import type { SensorIncident } from '../sensors/index.ts'
import type { Alert, AlertOrigin } from './alert.ts'

/** What alerts about the sensor itself say. */
export const sensorAlertMessages = defineMessages('sensor-alert', {
  drops: {
    en: (d: { count: number; causes: Readonly<Record<string, number>> }) =>
      `events of the kernel were lost: ${d.count} (${causesText(d.causes)}); what they would have shown is not known`,
    ko: (d: { count: number; causes: Readonly<Record<string, number>> }) =>
      `커널 이벤트 ${d.count}개를 잃어(${causesText(d.causes)}) 그 내용을 알 수 없습니다`,
  },
  stopped: {
    en: (d: { cause: string }) =>
      `the sensor ended (${d.cause}): nothing of this node is seen until it runs again`,
    ko: (d: { cause: string }) =>
      `센서가 끝났습니다(${d.cause}). 다시 실행될 때까지 이 노드에서 일어나는 일을 보지 못합니다`,
  },
  gap: {
    en: (d: { start: string; end: string; cause: string }) =>
      `nothing of this node was seen from ${d.start} to ${d.end}: the sensor had ended (${d.cause})`,
    ko: (d: { start: string; end: string; cause: string }) =>
      `${d.start}부터 ${d.end}까지 센서가 끝나(${d.cause}) 이 노드에서 일어난 일을 보지 못했습니다`,
  },
})

function causesText(causes: Readonly<Record<string, number>>): string {
  return Object.entries(causes)
    .map(([cause, count]) => `${cause} ${count}`)
    .join(', ')
}

interface Told {
  readonly rule: string
  readonly priority: Priority
  readonly message: Message
  /** Milliseconds since 1970. */
  readonly time: number
  readonly fields: Readonly<Record<string, OutputValue>>
}

/**
 * The alert about something that keeps the sensor from seeing: no rule asks for it, as with Falco's own alerts of the source
 * `internal` (falco.org, "Actions For Dropped System Call Events").
 *
 * @param render - knows `sensorAlertMessages`
 */
export function sensorAlert(
  incident: SensorIncident,
  { hostname, uuid }: AlertOrigin,
  render: (message: Message) => string,
): Alert {
  const { rule, priority, message, time, fields } = toldOf(incident)
  const moment = new Date(time).toISOString().replace('Z', '000000Z')
  return {
    uuid: uuid(),
    rule,
    priority,
    source: 'internal',
    time: moment,
    output: `${moment.slice(11, -1)}: ${priority} ${render(message)}`,
    output_fields: { ...fields, 'evt.time': exactNumber(BigInt(time) * 1_000_000n) },
    tags: ['haetae_internal'],
    hostname,
  }
}

function toldOf(incident: SensorIncident): Told {
  const { make } = sensorAlertMessages
  if (incident.kind === 'drops') {
    const { causes, time } = incident
    const count = Object.values(causes).reduce((sum, each) => sum + each, 0)
    const counts = Object.entries(causes).map(([cause, each]) => [`haetae.drops.${cause}`, each])
    return {
      rule: 'Haetae internal: events lost',
      priority: 'Warning',
      message: make.drops({ count, causes }),
      time,
      fields: { 'haetae.drops': count, ...Object.fromEntries(counts) },
    }
  }
  const { cause } = incident
  if (incident.kind === 'stopped')
    return {
      rule: 'Haetae internal: sensor stopped',
      priority: 'Critical',
      message: make.stopped({ cause }),
      time: incident.time,
      fields: { 'haetae.gap.cause': cause },
    }
  const [start, end] = [incident.start, incident.end].map((time) => new Date(time).toISOString())
  return {
    rule: 'Haetae internal: sensor gap',
    priority: 'Critical',
    message: make.gap({ start: start ?? '', end: end ?? '', cause }),
    time: incident.end,
    fields: {
      'haetae.gap.cause': cause,
      'haetae.gap.end': end ?? '',
      'haetae.gap.seconds': (incident.end - incident.start) / 1000,
      'haetae.gap.start': start ?? '',
    },
  }
}
