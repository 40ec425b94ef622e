import { catalogueOf, createCatalogue, type EventSourceName, type Field } from '../../fields/index.ts'
import type { EventSource, RawValue } from '../event-source.ts'
import { type SyscallEvent, syscallOutputReader, syscallReader } from './syscall-events.ts'

/**
 * Reads fields that are given by name, as a test of a condition gives them. A field that the source's catalogue does not
 * know, as those of plugins, is of the type that its value looks like.
 *
 * @param given the values: text, an array for a list, null for a field that is absent
 */
export function givenFields(
  source: EventSourceName,
  given: Readonly<Record<string, RawValue>>,
): EventSource<SyscallEvent> {
  const known = catalogueOf(source)
  const added = Object.entries(given)
    .filter(
      ([name]) =>
        /^[a-zA-Z][\w.]*$/.test(name) && !known.lookup(name).ok && known.lookup(name, '0').ok === false,
    )
    .map(([name, value]) => fieldLike(name, value))
  const catalogue = added.length === 0 ? known : createCatalogue([...known.fields, ...added])
  return { catalogue, reader: syscallReader, outputReader: syscallOutputReader }
}

function fieldLike(name: string, value: RawValue): Field {
  const sample = Array.isArray(value) ? value[0] : value
  return {
    name,
    type: /^[0-9]+$/.test(String(sample))
      ? 'UINT64'
      : /^(true|false)$/.test(String(sample))
        ? 'BOOL'
        : 'CHARBUF',
    list: Array.isArray(value),
    filterOnly: false,
    comparable: true,
    transformable: true,
    plugin: true,
    notation: 'decimal',
  }
}
