import { CREDENTIALS } from './credentials.ts'
import { DESCRIPTORS } from './descriptors.ts'
import { FILES } from './files.ts'
import { MACHINE } from './machine.ts'
import { PROCESSES } from './processes.ts'
import { SOCKETS } from './sockets.ts'
import type { Transition } from './transition.ts'

export { INTRODUCTIONS } from './introductions.ts'
export type { Transition } from './transition.ts'

/** What each type of event does to the state, by the type's symbol. */
export const TRANSITIONS: Readonly<Record<string, Transition>> = {
  ...PROCESSES,
  ...FILES,
  ...DESCRIPTORS,
  ...SOCKETS,
  ...CREDENTIALS,
  ...MACHINE,
}
