/** All that a service may take from its first ready replica to where each node leads to it. */
const PATIENCE_MILLISECONDS = 30_000
/** Of one round of the registrar: a leader that is away for longer loses its Lease. */
const ROUND_MILLISECONDS = 5_000
const PAUSE_MILLISECONDS = 500
/** Nodes are told of a service's replicas at the same time, and are not equally fast: so often it has to answer in a row. */
const ANSWERS = 3

export interface FirstRegistration {
  /** Whether the cluster has the registration already: API servers ask by it, whatever is waited for here. */
  readonly isRegistered: () => Promise<boolean>
  /** @returns why the service did not answer; undefined where it did */
  readonly ask: () => Promise<string | undefined>
  /** Told once, when it does not answer at first. */
  readonly onWaiting: (reason: string) => void
  /** Told when it did not answer for all the time there was. @param seconds - how long that was */
  readonly onGivenUp: (reason: string, seconds: number) => void
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
}

/**
 * When a first registration may be made. From then on API servers refuse pods where the service does not lead to a replica
 * yet, and it does not before a node has learnt that one is ready; so the service has to lead back here first. Not every
 * network lets a pod reach itself by its service: after a while the registration is made all the same.
 *
 * @returns asks for a round of the registrar. Resolves with whether to go on; false: in the next round again
 */
export function firstRegistration({
  isRegistered,
  ask,
  onWaiting,
  onGivenUp,
  now,
  sleep,
}: FirstRegistration): () => Promise<boolean> {
  let isDue = false
  let began: number | undefined
  return async () => {
    if (isDue) return true
    isDue = await isRegistered()
    if (isDue) return true
    const round = now()
    const isFirst = began === undefined
    began ??= round
    let reason = ''
    for (let answers = 0; answers < ANSWERS; ) {
      const found = await ask()
      if (found === undefined) answers++
      else {
        answers = 0
        if (isFirst && reason === '') onWaiting(found)
        reason = found
        if (now() - began >= PATIENCE_MILLISECONDS) {
          onGivenUp(reason, Math.round((now() - began) / 1000))
          break
        }
        if (now() - round >= ROUND_MILLISECONDS) return false
      }
      if (answers < ANSWERS) await sleep(PAUSE_MILLISECONDS)
    }
    isDue = true
    return true
  }
}
