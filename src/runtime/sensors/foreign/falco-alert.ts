import { isRecord } from '../../../kubernetes/index.ts'
import type { SensedSyscallEvent } from '../syscall-events.ts'
import { fieldsOf, type JsonObject, textAt } from './json.ts'
import { nanosecondsOf } from './time.ts'

/** Whether an object is an alert as Falco writes it with `json_output`. */
export function isFalcoAlert(value: JsonObject): boolean {
  return isRecord(value['output_fields']) && typeof value['rule'] === 'string'
}

/**
 * The event behind an alert of Falco, as far as the alert's `output_fields` tell of it (falco.org, "Formatting Alerts").
 *
 * @returns undefined for alerts about events of another source than system calls
 */
export function eventOfFalcoAlert(alert: JsonObject, num: number): SensedSyscallEvent | undefined {
  const source = textAt(alert, 'source')
  if (source !== undefined && source !== 'syscall') return undefined
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
