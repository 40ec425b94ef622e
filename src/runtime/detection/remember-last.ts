import type { EventSource, RawValue, ResolvedField } from '../rules/index.ts'

/**
 * The same source, whose readers keep what they have read of the last event: an alert shows most fields twice, in its text and
 * beside it, and the alerts of one event show the same ones.
 *
 * @param identity what tells two events apart where their objects do not
 */
export function rememberLast<E>(
  source: EventSource<E>,
  identity: (event: E) => unknown = (event) => event,
): EventSource<E> {
  const { outputReader } = source
  const events: LastEvent<E> = { identity, last: undefined, number: 0 }
  return Object.freeze({
    catalogue: source.catalogue,
    reader: remembering((field) => source.reader(field), events),
    ...(outputReader && {
      outputReader: remembering((field) => outputReader.call(source, field), events),
    }),
  })
}

interface LastEvent<E> {
  readonly identity: (event: E) => unknown
  last: unknown
  number: number
}

type MakeReader<E> = (field: ResolvedField) => (event: E) => RawValue

function remembering<E>(make: MakeReader<E>, events: LastEvent<E>): MakeReader<E> {
  const readers = new Map<string, (event: E) => RawValue>()
  return (field) => {
    const known = readers.get(field.text)
    if (known !== undefined) return known
    const reader = remembered(make(field), events)
    readers.set(field.text, reader)
    return reader
  }
}

function remembered<E>(read: (event: E) => RawValue, events: LastEvent<E>): (event: E) => RawValue {
  let number = 0
  let value: RawValue
  return (event) => {
    const identity = events.identity(event)
    if (events.last !== identity) {
      events.last = identity
      events.number++
    }
    if (number === events.number) return value
    value = read(event)
    number = events.number
    return value
  }
}
