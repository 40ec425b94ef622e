import {
  catalogueOf,
  type EventSource,
  type ExtraOutput,
  type RawValue,
  type ResolvedField,
  timeField,
} from '../rules/index.ts'
import { type KernelEvent, kernelEventKind, kernelField, kernelFieldsOfKind } from '../sensors/index.ts'
import type { DetectionSource } from './source.ts'

/** Reads fields off the one event that a capture or a sensor of the kernel moves along; only those that are asked for. */
const kernelEvents: EventSource<KernelEvent> = Object.freeze({
  catalogue: catalogueOf('syscall'),
  reader: (field: ResolvedField) => readerOf(field),
  outputReader: (field: ResolvedField) => outputReaderOf(field),
})

/** Fields that the sensor does not tell are absent. */
function readerOf({ field, argument }: ResolvedField): (event: KernelEvent) => RawValue {
  const read = kernelField(field.name, argument)
  if (read !== undefined) return read
  const time = argument === undefined ? timeField(field.name) : undefined
  return time === undefined ? () => undefined : (event) => time(event.time)
}

/** In an output, fields of all ancestors are one text, and bytes are shown so that they cannot move a cursor. */
function outputReaderOf(resolved: ResolvedField): (event: KernelEvent) => RawValue {
  const read = readerOf(resolved)
  const { field, argument } = resolved
  if (field.several !== undefined && argument === undefined)
    return (event) => {
      const value = read(event)
      return Array.isArray(value) ? value.join(' ') : value
    }
  if (resolved.type !== 'BYTEBUF') return read
  return (event) => {
    const value = read(event)
    return typeof value === 'string' ? value.replace(/[^\x20-\x7e]/g, '.') : value
  }
}

/**
 * What Falco adds to alerts of system calls by default (falco.yaml, `append_output` with `suggested_output: true`): the fields
 * that its container plugin suggests.
 */
export const containerOutput: ExtraOutput = Object.freeze({
  source: 'syscall',
  format: [
    'container_id=%container.id',
    'container_name=%container.name',
    'container_image_repository=%container.image.repository',
    'container_image_tag=%container.image.tag',
    'k8s_pod_name=%k8s.pod.name',
    'k8s_ns_name=%k8s.ns.name',
  ].join(' '),
})

/** Earlier times are those of events that have none. */
const FIRST_TIME = 1_000n
/** The end of the year 9999, the last that RFC 3339 can write. */
const LAST_TIME = 253_402_300_799_999_999_999n

/** Events of the kernel, from a capture or a sensor. */
export const kernelDetection: DetectionSource<KernelEvent> = Object.freeze({
  name: 'syscall',
  fields: kernelEvents,
  time: ({ time }: KernelEvent) => (time < FIRST_TIME || time > LAST_TIME ? undefined : time),
  received: () => undefined,
  actor: () => undefined,
  hostname: ({ state }: KernelEvent) => state.hostname || undefined,
  identity: ({ num }: KernelEvent) => num,
  kinds: Object.freeze({ of: kernelEventKind, facts: kernelFieldsOfKind }),
})
