import { type AuditEvent, identityOf } from '../../event/index.ts'

/** Tells events that came before, as far as its window reaches back. */
export interface Seen {
  /** @returns whether it is new; it is not from then on */
  isNew(event: AuditEvent): boolean
  /** Takes it back: the event was not kept after all. */
  forget(event: AuditEvent): void
}

/** @param window - how many events are remembered, the latest */
export function createSeen(window: number): Seen {
  // A Set gives its values in the order in which they were added.
  const identities = new Set<string>()
  return {
    isNew(event) {
      const identity = identityOf(event)
      if (identity === undefined) return true
      if (identities.has(identity)) return false
      identities.add(identity)
      if (identities.size > window) identities.delete(identities.values().next().value ?? '')
      return true
    },
    forget(event) {
      identities.delete(identityOf(event) ?? '')
    },
  }
}
