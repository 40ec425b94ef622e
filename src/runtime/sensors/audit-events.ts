import type {
  AuditBatches,
  AuditEvent,
  AuditItem,
  AuditProblem,
  Delivery,
} from '../../api-access/audit/index.ts'
import type { Sensor, SensorBatch, SensorProblem } from './sensor.ts'

/** An audit event with what only its arrival tells. */
export interface SensedAuditEvent {
  readonly event: AuditEvent
  /** The how manieth event of the sensor it is, from 1. */
  readonly num: number
  /** When it arrived, nanoseconds since 1970; absent for what was recorded earlier. */
  readonly received?: bigint
}

/**
 * Makes a sensor of a reader of audit events.
 *
 * @param now - nanoseconds since 1970, for events that arrive while they are read
 */
export async function* senseAuditEvents(batches: AuditBatches, now?: () => bigint): Sensor<SensedAuditEvent> {
  const batchOf = createBatches(now)
  for await (const items of batches) yield batchOf(items)
}

/** Makes a sensor of a receiver of audit events, told which of them are done. @param now - as of `senseAuditEvents` */
export async function* senseDeliveries(
  deliveries: AsyncIterable<Delivery>,
  now: () => bigint,
): Sensor<SensedAuditEvent> {
  const batchOf = createBatches(now)
  for await (const { items, done } of deliveries) yield { ...batchOf(items), done }
}

function createBatches(now?: () => bigint): (items: readonly AuditItem[]) => SensorBatch<SensedAuditEvent> {
  let num = 0
  return (items) => {
    const received = now?.()
    const events: SensedAuditEvent[] = []
    const problems: SensorProblem[] = []
    for (const item of items) {
      if ('event' in item) {
        num++
        events.push({ event: item.event, num, ...(received !== undefined && { received }) })
      } else problems.push(problemOf(item))
    }
    return { events, problems }
  }
}

function problemOf({ code, problem, position }: AuditProblem): SensorProblem {
  return { code, problem, position, isLoss: code !== 'ERR_INVALID_UTF8' }
}
