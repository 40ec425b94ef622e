import { createFieldMap } from '../../runtime/detection/index.ts'
import {
  type KernelEvent,
  kernelEventType,
  type SensedSyscallEvent,
  type SensorIncident,
} from '../../runtime/sensors/index.ts'

/**
 * Makes what writes an event as a line of JSON; undefined for one that is not asked for, and was there for the state
 * alone. Times have more digits than JavaScript's numbers are exact about: they are written digit by digit.
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

/** What was not seen, as an event of its own among the others: `drop`, with `evt.arg.cause`, `start` and `end`. */
export function incidentLine(incident: SensorIncident): string {
  const time = incident.kind === 'gap' ? incident.end : incident.time
  const details =
    incident.kind === 'drops'
      ? Object.entries(incident.causes).map(([cause, count]) => [cause, String(count)] as const)
      : [
          ['cause', incident.cause] as const,
          ...(incident.kind === 'gap'
            ? [
                ['start', new Date(incident.start).toISOString()] as const,
                ['end', new Date(incident.end).toISOString()] as const,
              ]
            : []),
        ]
  const fields = {
    'evt.type': 'drop',
    'evt.source': 'syscall',
    'evt.category': 'internal',
    'evt.args': [['kind', incident.kind], ...details].map((pair) => pair.join('=')).join(' '),
    'evt.arg.kind': incident.kind,
    ...Object.fromEntries(details.map(([name, value]) => [`evt.arg.${name}`, value])),
  }
  return `{"fields":${JSON.stringify(fields)},"ts":${time}000000,"type":"drop"}`
}
