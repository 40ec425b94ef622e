import type { OutputValue, RawValue, ResolvedField } from '../rules/index.ts'
import {
  type Awaited,
  containerField,
  type KernelEvent,
  type KnownContainers,
  sourceOfField,
} from '../sensors/index.ts'
import type { Alert } from './alert.ts'
import type { DetectionSource } from './source.ts'

/** What an alert still waits for. */
export interface Missing {
  /** The container's. */
  readonly id: string
  /** The last that it needs. */
  readonly awaited: Awaited
}

/**
 * Alerts of events in a container that the runtime, or the cluster, has not told all of yet. The event cannot wait, and is
 * gone when the answer comes: so the alert is made with marks in place of what is missing, held for a moment, and completed.
 */
export interface LateFields {
  /** The same source; its outputs have marks in place of what is still to come. */
  marking(source: DetectionSource<KernelEvent>): DetectionSource<KernelEvent>
  /** What the alert waits for; nothing where it has no marks. */
  missing(alert: Alert): readonly Missing[]
  /** The alert with what is known by now: fields of which nothing is known are absent. */
  complete(alert: Alert): Alert
}

/** A character for private use. */
const EDGE = '\ue0f1'
const ABSENT = '<NA>'

/** @param secret - letters and digits that nobody can guess who may give files names: what has them is a mark */
export function lateFields(containers: Pick<KnownContainers, 'get' | 'awaited'>, secret: string): LateFields {
  const start = `${EDGE}${secret} `
  const marked = new RegExp(`${start}([^ ]+) (\\d+) ([^[${EDGE}]+)(?:\\[([^${EDGE}]*)\\])?${EDGE}`, 'g')

  return {
    marking: (source) => ({
      ...source,
      fields: { ...source.fields, outputReader: (field) => markingReader(source, field) },
    }),
    missing({ output, output_fields: fields }) {
      const texts = [output, ...Object.values(fields)].filter(hasMark)
      if (texts.length === 0) return []
      const missing = new Map<string, Awaited>()
      for (const [, id = '', , name = ''] of texts.flatMap((text) => [...text.matchAll(marked)])) {
        const awaited = sourceOfField(name) ?? 'container'
        if (missing.get(id) !== 'surroundings') missing.set(id, awaited)
      }
      return [...missing].map(([id, awaited]) => ({ id, awaited }))
    },
    complete(alert) {
      const fields = Object.entries(alert.output_fields).map(([key, value]): [string, OutputValue] => {
        if (!hasMark(value)) return [key, value]
        const [mark] = value.matchAll(marked)
        return [key, mark?.[0] === value ? lateValue(mark) : completeText(value)]
      })
      return { ...alert, output: completeText(alert.output), output_fields: Object.fromEntries(fields) }
    },
  }

  function markingReader(
    { fields }: DetectionSource<KernelEvent>,
    resolved: ResolvedField,
  ): (event: KernelEvent) => RawValue {
    const read = (fields.outputReader ?? fields.reader)(resolved)
    const { field, argument } = resolved
    const from = sourceOfField(field.name)
    if (from === undefined) return read
    const name = argument === undefined ? field.name : `${field.name}[${argument}]`
    return (event) => {
      const value = read(event)
      const id = event.thread?.containerId
      if (id === undefined || id === 'host' || value !== undefined) return value
      const awaited = containers.awaited(id)
      const isAwaited = awaited === 'container' || (awaited !== undefined && awaited === from)
      return isAwaited ? `${start}${id} ${event.time} ${name}${EDGE}` : value
    }
  }

  function hasMark(value: OutputValue): value is string {
    return typeof value === 'string' && value.includes(start)
  }

  function lateValue([, id = '', time, name = '', argument]: RegExpExecArray): OutputValue {
    const container = containers.get(id)
    const value = container && containerField(container, name, argument, Number(time))
    return (value as OutputValue | undefined) ?? null
  }

  function completeText(text: string): string {
    if (!hasMark(text)) return text
    let complete = ''
    let end = 0
    for (const mark of text.matchAll(marked)) {
      complete += text.slice(end, mark.index) + String(lateValue(mark) ?? ABSENT)
      end = mark.index + mark[0].length
    }
    return complete + text.slice(end)
  }
}
