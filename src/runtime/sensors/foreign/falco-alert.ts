import { isRecord } from '../../../kubernetes/index.ts'
import type { SensedSyscallEvent } from '../syscall-events.ts'
import { fieldsOf, type JsonObject, numberAt, objectAt, textAt } from './json.ts'
import { nanosecondsOf } from './time.ts'

/** Whether an object is an alert as Falco writes it with `json_output`. */
export function isFalcoAlert(value: JsonObject): boolean {
  return isRecord(value['output_fields']) && typeof value['rule'] === 'string'
}

/** The source of an alert about no system call: one stream of Falco has those of all its plugins, and its own. */
export function otherSourceOf(alert: JsonObject): string | undefined {
  const source = textAt(alert, 'source')
  return source === 'syscall' ? undefined : source
}

/**
 * How many system calls an alert says to be lost: that of Falco ("Actions For Dropped System Call Events", `n_drops`), and
 * that of Haetae (`haetae.drops`). Undefined where it says nothing of the kind.
 */
export function lossOfAlert(alert: JsonObject): number | undefined {
  if (otherSourceOf(alert) !== 'internal') return undefined
  const fields = objectAt(alert, 'output_fields')
  return numberAt(fields, 'n_drops') ?? numberAt(fields, 'haetae.drops')
}

/**
 * The event behind an alert of Falco, as far as the alert's `output_fields` tell of it (falco.org, "Formatting Alerts").
 */
export function eventOfFalcoAlert(alert: JsonObject, num: number): SensedSyscallEvent {
  const given = isRecord(alert['output_fields']) ? alert['output_fields'] : {}
  // The alert's own time stands for it: writers of JSON may have rounded a number of so many digits.
  const { 'evt.time': _, ...rest } = given
  const fields = fieldsOf(rest)
  const type = textAt(given, 'evt.type')
  const ts = nanosecondsOf(textAt(alert, 'time'))
  const hostname = textAt(alert, 'hostname')
  return {
    num,
    ...(ts !== undefined && { ts }),
    ...(type !== undefined && { type }),
    fields: hostname === undefined ? fields : { 'evt.hostname': hostname, ...fields },
  }
}
