import type { Message } from '../../../../messages/index.ts'
import { catalogueOf, EVENT_SOURCES } from '../../fields/index.ts'
import { adviceMessages } from './messages.ts'

const { make } = adviceMessages

/** What somebody who wrote an unknown field most likely meant: a field of another source, or a similar name. */
export function adviseOnField(field: string, source: string): Message {
  const [name = ''] = field.split('[')
  const other = EVENT_SOURCES.find(
    (each) => each !== source && catalogueOf(each).lookup(name, argumentOf(field)).ok,
  )
  if (other !== undefined) return make.otherSource({ field: name, source, other })
  const nearest = nearestField(name, source)
  return nearest === undefined ? make.noField({ field: name, source }) : make.nearest({ name: nearest })
}

export function nearestField(name: string, source: string): string | undefined {
  const known = EVENT_SOURCES.find((each) => each === source)
  return known === undefined ? undefined : catalogueOf(known).suggest(name)
}

function argumentOf(field: string): string | undefined {
  return /\[(.*)\]$/.exec(field)?.[1]
}

/** The field that a message of the compiler is about. */
export function fieldInMessage(message: string): string | undefined {
  return /nonexistent field (\S+)/.exec(message)?.[1]
}
