import { setTimeout as sleep } from 'node:timers/promises'
import { send, type Target, targetAt } from './client.ts'

/** What a paced client is to do. */
export interface PacedOrder {
  /** Asked in turn, each as often as the others. */
  readonly places: readonly Omit<Target, 'agent'>[]
  readonly path: string
  /** Of each place. */
  readonly perSecond: number
  readonly seconds: number
}

/** One answer, in milliseconds. */
export interface PacedAnswer {
  /** When it was asked for, since the beginning. */
  readonly at: number
  /** Until it was whole. */
  readonly took: number
}

const targets = new Map<number, Target>()

/**
 * Asks several places in turn, and by the clock: a place that is slow is asked no less often, whether or not what was
 * asked before has been answered. To be run in a process of its own, which has nothing else to do.
 *
 * @returns the answers of each place
 */
async function ask({ places, path, perSecond, seconds }: PacedOrder): Promise<PacedAnswer[][]> {
  const asked = places.map((place) => ({ target: targetOf(place), answers: [] as PacedAnswer[] }))
  const sent: Promise<void>[] = []
  const step = 1000 / perSecond / places.length
  const start = performance.now()
  for (let turn = 0; turn < seconds * perSecond; turn++)
    for (const [index, { target, answers }] of asked.entries()) {
      const wait = start + (turn * places.length + index) * step - performance.now()
      if (wait > 0) await sleep(wait)
      const at = performance.now()
      sent.push(
        send(target, 'GET', path).then(() => {
          answers.push({ at: at - start, took: performance.now() - at })
        }),
      )
    }
  await Promise.all(sent)
  return asked.map(({ answers }) => answers)
}

function targetOf({ host, port, credential }: Omit<Target, 'agent'>): Target {
  const target = targets.get(port) ?? targetAt(host, port, credential)
  targets.set(port, target)
  return target
}

process.on('message', (order: PacedOrder) => {
  void ask(order).then((answers) => process.send?.(answers))
})
process.on('disconnect', () => process.exit(0))
