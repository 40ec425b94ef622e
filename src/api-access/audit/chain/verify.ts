import type { AuditEvent } from '../event/index.ts'
import { type Anchor, type AnchorKey, isSignedBy } from './anchor.ts'
import { GENESIS, type Link, linkHash, linkOf } from './link.ts'

/** What was done to a chain, as far as it can be told. */
export type BreakKind =
  /** The event is not the one that was chained. */
  | 'changed'
  /** Events are missing before this one. */
  | 'removed'
  /** An event that was never chained, or one that stands here a second time. */
  | 'inserted'
  /** The event belongs elsewhere in the chain. */
  | 'reordered'
  /** Anchors attest events behind the last one. */
  | 'truncated'
  /** Whole in itself, but not the chain that the anchor attests: made anew by someone. */
  | 'rewritten'
  /** An anchor whose signature is missing or false. */
  | 'forged-anchor'

export interface ChainBreak<Place> {
  readonly kind: BreakKind
  /** The number of the event where the chain breaks; of the first one missing for `removed` and `truncated`. */
  readonly sequence: number
  /** How many events are missing. */
  readonly missing: number
  /** Where that event stands; absent where it is an anchor, or the end of the log. */
  readonly place?: Place
}

export interface ChainReport<Place> {
  /** Events that were looked at. */
  readonly events: number
  /** Events before the first that is chained: from before the chain was begun. */
  readonly unchained: number
  readonly first?: Link
  readonly last?: Link
  /** Up to this event, by its number, nothing was changed. 0 where already the first is broken. */
  readonly validTo: number
  /** Anchors that lie within the log, and whether a key has checked them. */
  readonly anchors: number
  readonly anchorsChecked: boolean
  /** In the order of the log; the first is where the chain breaks first. */
  readonly breaks: readonly ChainBreak<Place>[]
}

/** Takes a chain event by event, in the order of the log. */
export interface ChainVerifier<Place> {
  take(event: AuditEvent, place: Place): void
  /** At the end of the log. */
  report(): ChainReport<Place>
}

/** More are counted, but not kept. */
const MOST_BREAKS = 1000

/**
 * Checks a chain against itself and against anchors. A chain that begins later than with its first event, because older
 * files were rotated away, is checked from there on.
 *
 * @param anchors - in any order
 * @param key - without one, signatures are not looked at
 */
export function createChainVerifier<Place>(
  anchors: readonly Anchor[],
  key?: AnchorKey,
): ChainVerifier<Place> {
  return new Verifier(anchors, key)
}

class Verifier<Place> implements ChainVerifier<Place> {
  readonly #anchors: ReadonlyMap<number, Anchor>
  readonly #key: AnchorKey | undefined
  #breaks: ChainBreak<Place>[] = []
  #events = 0
  #unchained = 0
  #first: Link | undefined
  #last: Link | undefined
  #validTo = 0
  /** Gaps whose events may still come. */
  readonly #gaps = new Map<number, number>()
  #attested = 0

  constructor(anchors: readonly Anchor[], key: AnchorKey | undefined) {
    this.#anchors = new Map(anchors.map((anchor) => [anchor.sequence, anchor]))
    this.#key = key
  }

  take(event: AuditEvent, place: Place): void {
    this.#events += 1
    const link = linkOf(event)
    if (link === undefined) this.#takeUnchained(place)
    else if (this.#last === undefined) this.#takeFirst(event, link, place)
    else if (link.sequence <= this.#last.sequence) this.#takeLate(link, place)
    else this.#takeNext(event, link, this.#last, place)
  }

  report(): ChainReport<Place> {
    const last = this.#last
    const beyond = [...this.#anchors.keys()].filter((sequence) => sequence > (last?.sequence ?? 0))
    if (beyond.length > 0) {
      const sequence = (last?.sequence ?? 0) + 1
      this.#break({ kind: 'truncated', sequence, missing: Math.max(...beyond) - sequence + 1 })
    }
    this.#checkSignatures()
    return {
      events: this.#events,
      unchained: this.#unchained,
      ...(this.#first !== undefined && { first: this.#first }),
      ...(last !== undefined && { last }),
      validTo: this.#validTo,
      anchors: this.#attested,
      anchorsChecked: this.#key !== undefined,
      breaks: this.#breaks,
    }
  }

  #takeUnchained(place: Place): void {
    if (this.#last === undefined) this.#unchained += 1
    else this.#break({ kind: 'inserted', sequence: this.#last.sequence + 1, missing: 0, place })
  }

  #takeFirst(event: AuditEvent, link: Link, place: Place): void {
    this.#first = link
    this.#last = link
    const previous = link.sequence === 1 ? GENESIS : this.#anchors.get(link.sequence - 1)
    // Where the event before is unknown, only those that follow can be checked.
    if (previous === undefined || linkHash(event, link.sequence, previous.hash) === link.hash)
      this.#accept(link, place)
    else this.#break({ kind: 'changed', sequence: link.sequence, missing: 0, place })
  }

  /** Its number has been, or has been passed over. */
  #takeLate(link: Link, place: Place): void {
    const gap = [...this.#gaps].find(([from, to]) => link.sequence >= from && link.sequence <= to)
    if (gap === undefined) {
      this.#break({ kind: 'inserted', sequence: link.sequence, missing: 0, place })
      return
    }
    // What seemed to be missing stands here.
    const [from] = gap
    this.#gaps.delete(from)
    this.#breaks = this.#breaks.map((each) =>
      each.kind === 'removed' && each.sequence === from ? { ...each, kind: 'reordered', missing: 0 } : each,
    )
  }

  #takeNext(event: AuditEvent, link: Link, last: Link, place: Place): void {
    this.#last = link
    const expected = last.sequence + 1
    if (link.sequence > expected) {
      this.#gaps.set(expected, link.sequence - 1)
      this.#break({ kind: 'removed', sequence: expected, missing: link.sequence - expected, place })
    } else if (linkHash(event, link.sequence, last.hash) === link.hash) this.#accept(link, place)
    else this.#break({ kind: 'changed', sequence: link.sequence, missing: 0, place })
  }

  #accept(link: Link, place: Place): void {
    const anchor = this.#anchors.get(link.sequence)
    if (anchor !== undefined) {
      this.#attested += 1
      if (anchor.hash !== link.hash) {
        this.#break({ kind: 'rewritten', sequence: link.sequence, missing: 0, place })
        return
      }
    }
    if (this.#breaks.length === 0) this.#validTo = link.sequence
  }

  #checkSignatures(): void {
    const key = this.#key
    if (key === undefined) return
    for (const anchor of this.#anchors.values())
      if (!isSignedBy(anchor, key))
        this.#break({ kind: 'forged-anchor', sequence: anchor.sequence, missing: 0 })
  }

  #break(each: ChainBreak<Place>): void {
    if (this.#breaks.length < MOST_BREAKS) this.#breaks.push(each)
  }
}
