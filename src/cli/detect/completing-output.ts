import type { Alert, AlertOutput, LateFields, Missing } from '../../runtime/detection/index.ts'
import type { KnownContainers } from '../../runtime/sensors/index.ts'

/** How long an alert waits for what is not even being asked for at the moment: a runtime lists a container a little late. */
const HOLD_MILLISECONDS = 900
/** How long it waits for answers that are outstanding. */
const LONGEST_HOLD_MILLISECONDS = 5000
const LOOK_MILLISECONDS = 20
/** More alerts do not wait: the oldest go out with what is known. */
const MOST_HELD = 1000

interface Held {
  readonly alert: Alert
  readonly missing: readonly Missing[]
  readonly since: number
  /** Those who wait for it to go out. */
  readonly released: (() => void)[]
}

/**
 * An output whose alerts are complete before they go out: one of a container that began just now waits for the answers of
 * its runtime and of the cluster. Those that lack nothing do not wait, and overtake it.
 */
export function completingOutput(
  output: AlertOutput,
  late: Pick<LateFields, 'missing' | 'complete'>,
  containers: KnownContainers,
): AlertOutput {
  /** The oldest first. */
  const held = new Set<Held>()
  let timer: NodeJS.Timeout | undefined

  function release(each: Held): void {
    held.delete(each)
    output.push(late.complete(each.alert))
    for (const released of each.released) released()
  }

  function isStillAwaited({ id, awaited }: Missing): boolean {
    const now = containers.awaited(id)
    return now === 'container' || (now !== undefined && now === awaited)
  }

  function isOver({ missing, since }: Held): boolean {
    const waited = performance.now() - since
    if (waited >= LONGEST_HOLD_MILLISECONDS) return true
    const left = missing.filter(isStillAwaited)
    if (left.length === 0) return true
    return waited >= HOLD_MILLISECONDS && !left.some(({ id }) => isAnswerComing(id))
  }

  function isAnswerComing(id: string): boolean {
    const awaited = containers.awaited(id)
    return awaited !== undefined && containers.isOpen(awaited)
  }

  function look(): void {
    timer = undefined
    for (const each of held) if (isOver(each)) release(each)
    lookAgain()
  }

  function lookAgain(): void {
    if (held.size > 0) timer ??= setTimeout(look, LOOK_MILLISECONDS)
  }

  return {
    name: output.name,
    counts: output.counts,
    get isBehind() {
      return output.isBehind
    },
    push(alert) {
      const missing = late.missing(alert)
      if (missing.length === 0) return output.push(alert)
      for (const { id } of missing) if (containers.get(id) === undefined) containers.want(id)
      held.add({ alert, missing, since: performance.now(), released: [] })
      const [oldest] = held
      if (held.size > MOST_HELD && oldest !== undefined) release(oldest)
      lookAgain()
    },
    room: () => output.room(),
    async delivered() {
      await Promise.all([...held].map(({ released }) => new Promise<void>((done) => released.push(done))))
      return output.delivered()
    },
    reopen: () => output.reopen(),
    async close(milliseconds) {
      clearTimeout(timer)
      timer = undefined
      for (const each of held) release(each)
      await output.close(milliseconds)
    },
  }
}
