import { hash } from 'node:crypto'
import type { AuditEvent } from '../event/index.ts'
import { canonicalJson } from './canonical.ts'

/** An event's place in the chain: its number, from 1, and the hash over it and all before it. */
export interface Link {
  readonly sequence: number
  /** SHA-256 in hexadecimal. */
  readonly hash: string
}

/** Before the first event. */
export const GENESIS: Link = { sequence: 0, hash: '0'.repeat(64) }

/** The annotation in which an event carries its link, so that it goes wherever the event goes: `17/9f86…`. */
const CHAIN_ANNOTATION = 'haetae.io/chain'

const LINK = /^([1-9]\d{0,15})\/([0-9a-f]{64})$/

/** Told apart from whatever else may be hashed with SHA-256. */
const DOMAIN = 'haetae audit chain 1'

/**
 * Makes an event the next of a chain.
 *
 * @param previous - the link of the event before it, `GENESIS` for the first
 * @returns the event with its annotation, and its link
 */
export function chainEvent(
  event: AuditEvent,
  previous: Link,
): { readonly event: AuditEvent; readonly link: Link } {
  const sequence = previous.sequence + 1
  const link = { sequence, hash: linkHash(event, sequence, previous.hash) }
  const annotations = { ...event.annotations, [CHAIN_ANNOTATION]: `${sequence}/${link.hash}` }
  return { event: { ...event, annotations }, link }
}

/** @returns undefined for an event that carries no link, or none that can be read */
export function linkOf(event: AuditEvent): Link | undefined {
  const match = LINK.exec(event.annotations?.[CHAIN_ANNOTATION] ?? '')
  return match === null ? undefined : { sequence: Number(match[1]), hash: match[2] ?? '' }
}

/** The hash that the event's link must have, given the hash of the event before it. */
export function linkHash(event: AuditEvent, sequence: number, previousHash: string): string {
  return hash('sha256', `${DOMAIN}\n${previousHash}\n${sequence}\n${canonicalJson(withoutLink(event))}`)
}

/** What is hashed: the event as it was before it was chained. */
function withoutLink(event: AuditEvent): AuditEvent {
  if (event.annotations === undefined) return event
  const { [CHAIN_ANNOTATION]: _, ...others } = event.annotations
  const { annotations, ...rest } = event
  // Without others it cannot be told whether there was an empty object: none counts as none.
  return Object.keys(others).length === 0 ? rest : { ...rest, annotations: others }
}
