import type { Language } from './language.ts'

/** What an engine says: an id and the data for it, never prose. Rendered only at the edge. */
export interface Message {
  readonly id: string
  readonly data: Readonly<Record<string, unknown>>
}

/** How one message reads in every language. A missing language does not compile. */
export type Rendering<Data> = { readonly [L in Language]: (data: Data) => string }

/** Renderings by message id; what a catalogue stores once the data's type no longer matters. */
export type Catalogue = Readonly<Record<string, Rendering<never>>>

/** A message's constructor, one for each rendering of a set: data in, `{id, data}` out. */
type Constructors<Set extends Catalogue> = {
  readonly [Name in keyof Set]: Set[Name] extends Rendering<infer Data> ? (data: Data) => Message : never
}

/** A named group of messages: what each says (`renderings`), and how to make one (`make`). */
export interface MessageSet<Set extends Catalogue = Catalogue> {
  readonly scope: string
  readonly renderings: Set
  readonly make: Constructors<Set>
}

/**
 * Declares messages beside the logic that raises them.
 *
 * @param scope - prefix of the ids, usually the check's id: the message `latest` of `image-not-pinned` has
 *   the id `image-not-pinned.latest`
 * @param renderings - for each message a function a language, all taking the same data
 * @returns the set; `set.make.latest({ image })` makes the message
 */
export function defineMessages<const Set extends Catalogue>(scope: string, renderings: Set): MessageSet<Set> {
  const make: Record<string, (data: Readonly<Record<string, unknown>>) => Message> = {}
  for (const name of Object.keys(renderings)) {
    const id = `${scope}.${name}`
    make[name] = (data) => ({ id, data })
  }
  return { scope, renderings, make: make as unknown as Constructors<Set> }
}
