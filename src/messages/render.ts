import type { Language } from './language.ts'
import type { Message, MessageSet } from './message.ts'
import { withReasonsInWords } from './system-errors.ts'

/** Turns a message into prose in one language. */
export type Render = (message: Message) => string

/**
 * Makes the renderer that the edges (reports, terminal, pages) use. Where the data's `reason` or `problem` is the system's
 * word for a failure (`ENOENT`), it is said in words.
 *
 * @param sets - every message set that may occur
 * @param language - the language to speak
 * @returns a function from message to prose
 * @throws Error for a message id that no set declares: a defect in Haetae, not in its input
 */
export function createRenderer(sets: Iterable<MessageSet>, language: Language): Render {
  const byId = new Map<string, (data: never) => string>()
  for (const { scope, renderings } of sets) {
    for (const [name, rendering] of Object.entries(renderings))
      byId.set(`${scope}.${name}`, rendering[language])
  }
  return ({ id, data }) => {
    const render = byId.get(id)
    if (render === undefined) throw new Error(`no rendering for message ${id}`)
    return render(withReasonsInWords(data, language) as never)
  }
}
