import type { Message } from '../../messages/index.ts'

/** The file of the configuration that is at fault, and where in it. */
export interface FaultyFile {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** Why a request to a cluster came to nothing. `readCluster` turns it into a problem. */
export class ClusterError extends Error {
  readonly code: string
  readonly said: Message
  /** Whether no other request can succeed either. */
  readonly isFatal: boolean
  readonly place: FaultyFile | undefined

  constructor(code: string, said: Message, isFatal: boolean, place?: FaultyFile) {
    super(code)
    this.code = code
    this.said = said
    this.isFatal = isFatal
    this.place = place
  }
}

/** The innermost cause that says something, e.g. `connect ECONNREFUSED 127.0.0.1:6443` of `fetch failed`. */
export function innermostReason(error: unknown): string {
  let reason = error
  while (reason instanceof Error && reason.cause instanceof Error) reason = reason.cause
  if (reason instanceof AggregateError) return innermostReason(reason.errors[0])
  return reason instanceof Error ? reason.message || reason.name : String(reason)
}
