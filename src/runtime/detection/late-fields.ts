import type { OutputValue, RawValue, ResolvedField } from '../rules/index.ts'
import { type Container, containerField, type KernelEvent } from '../sensors/index.ts'
import type { Alert } from './alert.ts'
import type { DetectionSource } from './source.ts'

/**
 * Alerts of events in a container that the runtime has not told of yet. The event cannot wait, and is gone when the answer
 * comes: so the alert is made with marks in place of what is missing, held for a moment, and completed.
 */

/** A character for private use: names of containers, and paths of their control groups, have none. */
const MARK = '\ue0f1'
const MARKED = /\ue0f1([^ \ue0f1]+) ([^\ue0f1[]+)(?:\[([^\ue0f1]*)\])?\ue0f1/g
const ABSENT = '<NA>'

/** The same source; its outputs have marks where a container is not known yet. */
export function withLateFields(source: DetectionSource<KernelEvent>): DetectionSource<KernelEvent> {
  return {
    ...source,
    fields: { ...source.fields, outputReader: (field) => markingReader(source, field) },
  }
}

function markingReader(
  { fields }: DetectionSource<KernelEvent>,
  resolved: ResolvedField,
): (event: KernelEvent) => RawValue {
  const read = (fields.outputReader ?? fields.reader)(resolved)
  const { field, argument } = resolved
  if (!comesLate(field.name)) return read
  const name = argument === undefined ? field.name : `${field.name}[${argument}]`
  return (event) => {
    const value = read(event)
    const id = event.thread?.containerId
    if (value !== undefined || id === undefined || id === 'host' || event.state.containers.has(id))
      return value
    return `${MARK}${id} ${name}${MARK}`
  }
}

/** The ids stand in the control group's path and are there at once. */
function comesLate(name: string): boolean {
  return (name.startsWith('container.') && !name.endsWith('id')) || name.startsWith('k8s.')
}

/** The containers that an alert still waits for, by their ids. */
export function awaitedContainers({ output }: Alert): readonly string[] {
  return [...new Set(Array.from(output.matchAll(MARKED), ([, id = '']) => id))]
}

/**
 * The alert with what is known by now.
 *
 * @param container - by its id; undefined where it stays unknown: its fields are absent then
 */
export function completeAlert(alert: Alert, container: (id: string) => Container | undefined): Alert {
  const lateValue = (id = '', name = '', argument?: string): OutputValue => {
    const found = container(id)
    const value = found === undefined ? undefined : containerField(found, name, argument)
    return (value as OutputValue | undefined) ?? null
  }
  const fields = Object.entries(alert.output_fields).map(([key, value]): [string, OutputValue] => {
    if (typeof value !== 'string' || !value.includes(MARK)) return [key, value]
    const [whole, id, name, argument] = [...value.matchAll(MARKED)][0] ?? []
    return [key, whole === value ? lateValue(id, name, argument) : completeText(value)]
  })
  return { ...alert, output: completeText(alert.output), output_fields: Object.fromEntries(fields) }

  function completeText(text: string): string {
    return text.replace(MARKED, (_, id: string, name: string, argument?: string) =>
      String(lateValue(id, name, argument) ?? ABSENT),
    )
  }
}
