import { CONTAINER_EXTRACTS, CONTAINER_EXTRACTS_WITH } from './container-fields.ts'
import { DESCRIPTOR_EXTRACTS, DESCRIPTOR_EXTRACTS_WITH } from './descriptor-fields.ts'
import { DESCRIPTOR_LIST_EXTRACTS } from './descriptor-list-fields.ts'
import { EVENT_EXTRACTS, EVENT_EXTRACTS_WITH } from './event-fields.ts'
import type { Extract, ExtractWith } from './extract.ts'
import { PATH_EXTRACTS } from './path-fields.ts'
import { PROCESS_EXTRACTS, PROCESS_EXTRACTS_WITH } from './process-fields.ts'
import { USER_EXTRACTS } from './user-fields.ts'

export { containerField, sourceOfField } from './container-fields.ts'
export { fieldsOfKind as kernelFieldsOfKind, kindOf as kernelEventKind, typeName } from './event-fields.ts'
export type { KernelValue } from './extract.ts'

const EXTRACTS: Readonly<Record<string, Extract>> = {
  ...EVENT_EXTRACTS,
  ...PROCESS_EXTRACTS,
  ...DESCRIPTOR_EXTRACTS,
  ...DESCRIPTOR_LIST_EXTRACTS,
  ...PATH_EXTRACTS,
  ...USER_EXTRACTS,
  ...CONTAINER_EXTRACTS,
}

const EXTRACTS_WITH: Readonly<Record<string, ExtractWith>> = {
  ...EVENT_EXTRACTS_WITH,
  ...PROCESS_EXTRACTS_WITH,
  ...DESCRIPTOR_EXTRACTS_WITH,
  ...CONTAINER_EXTRACTS_WITH,
}

/**
 * Makes what reads a field of Falco's `syscall` fields off the event at hand.
 *
 * @param name of the field
 * @param argument what stands in its brackets or behind its dot
 * @returns undefined for a field that events of the kernel do not have
 */
export function kernelField(name: string, argument: string | undefined): Extract | undefined {
  if (argument === undefined) return Object.hasOwn(EXTRACTS, name) ? EXTRACTS[name] : undefined
  return Object.hasOwn(EXTRACTS_WITH, name) ? EXTRACTS_WITH[name]?.(argument) : undefined
}
