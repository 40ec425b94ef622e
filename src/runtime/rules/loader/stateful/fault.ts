import type { YamlNode } from '../../../../kubernetes/index.ts'
import { createRenderer, type Message } from '../../../../messages/index.ts'
import { type Context, within } from '../context.ts'
import { RuleFault } from '../diagnostic.ts'
import { statefulMessages } from './messages.ts'

const english = createRenderer([statefulMessages], 'en')

/** A fault in one of Haetae's own keys: in Falco's terms, of an extension. */
export function statefulFault(message: Message, context: Context, place?: YamlNode | number): RuleFault {
  const offset = typeof place === 'number' ? place : undefined
  const where =
    place === undefined || typeof place === 'number' ? context : within(context, 'extension item', place)
  return new RuleFault('LOAD_ERR_EXTENSION', english(message), where, { own: message, offset })
}
