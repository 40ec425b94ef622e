import { createFieldMap } from '../../runtime/detection/index.ts'
import { type KernelEvent, kernelEventType, type SensedSyscallEvent } from '../../runtime/sensors/index.ts'

/**
 * Makes what writes an event as a line of JSON; undefined for one that is not asked for, and was there for the state alone. Times have more digits than JavaScript's numbers are exact about: they are
 * written digit by digit.
 *
 * @param types - of the events that are asked for, as `evt.type` has them; undefined for all
 */
export function kernelLines(
  types: ReadonlySet<string> | undefined,
): (event: KernelEvent) => string | undefined {
  const fieldsOf = createFieldMap()
  return (event) => {
    const name = kernelEventType(event)
    if (types !== undefined && !types.has(name)) return undefined
    const type = JSON.stringify(event.type.name === 'syscall' ? 'syscall' : name)
    const fields = JSON.stringify(fieldsOf(event))
    return `{"fields":${fields},"num":${event.num},"tid":${event.tid},"ts":${event.time},"type":${type}}`
  }
}

export function fieldLine({ fields, num, tid, ts, type }: SensedSyscallEvent): string {
  return JSON.stringify({ fields, num, tid, ts, type })
}
