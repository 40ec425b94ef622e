import { AUDIT_FIELDS } from './audit-fields.ts'
import { createCatalogue, type FieldCatalogue } from './catalogue.ts'
import { CONTAINER_FIELDS } from './container-fields.ts'
import { EVENT_FIELDS, SYSCALL_EVENT_FIELDS } from './event-fields.ts'
import { FILE_DESCRIPTOR_FIELDS } from './file-descriptor-fields.ts'
import { PROCESS_FIELDS } from './process-fields.ts'

/** The event sources whose fields are known. */
export const EVENT_SOURCES = ['syscall', 'k8s_audit'] as const

export type EventSourceName = (typeof EVENT_SOURCES)[number]

/** The fields of a source; made once, when first asked for. */
export function catalogueOf(source: EventSourceName): FieldCatalogue {
  const made = catalogues.get(source) ?? createCatalogue(FIELDS[source]())
  catalogues.set(source, made)
  return made
}

const catalogues = new Map<EventSourceName, FieldCatalogue>()

const FIELDS = {
  syscall: () => [
    ...EVENT_FIELDS,
    ...SYSCALL_EVENT_FIELDS,
    ...PROCESS_FIELDS,
    ...FILE_DESCRIPTOR_FIELDS,
    ...CONTAINER_FIELDS,
  ],
  k8s_audit: () => [...EVENT_FIELDS, ...AUDIT_FIELDS],
}
