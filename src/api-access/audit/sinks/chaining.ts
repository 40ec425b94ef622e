import { type Anchor, type AnchorKey, chainEvent, type Link, makeAnchor } from '../chain/index.ts'
import type { AuditEvent } from '../event/index.ts'

/** How a sink is to chain what it keeps. */
export interface ChainOptions {
  /** Signs anchors. */
  readonly key?: AnchorKey
  /** After how many events an anchor is made; one is also made when the sink is closed. */
  readonly anchorEvery?: number
}

/** Events that follow each other in a chain, and the anchors that fall among them. */
export interface ChainedEvents {
  readonly events: readonly AuditEvent[]
  readonly head: Link
  readonly anchors: readonly Anchor[]
}

const ANCHOR_EVERY = 1000

/**
 * Chains events behind a link. The head moves on only with the caller's next call, so that events that could not be
 * written leave no gap.
 *
 * @param time - for anchors, RFC 3339
 */
export function chainEvents(
  events: readonly AuditEvent[],
  head: Link,
  { key, anchorEvery = ANCHOR_EVERY }: ChainOptions,
  time: string,
): ChainedEvents {
  const chained: AuditEvent[] = []
  const anchors: Anchor[] = []
  let last = head
  for (const event of events) {
    const { event: next, link } = chainEvent(event, last)
    chained.push(next)
    last = link
    if (link.sequence % anchorEvery === 0) anchors.push(makeAnchor(link, time, key))
  }
  return { events: chained, head: last, anchors }
}
