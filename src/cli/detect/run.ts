import type { Render } from '../../messages/index.ts'
import type { AlertOutput } from '../../runtime/detection/index.ts'
import type { Sensor } from '../../runtime/sensors/index.ts'
import type { Detection } from './detection.ts'
import { createProblemTeller } from './input-problems.ts'
import { countAlert, type Tally } from './tally.ts'

/** Problems of the input that are told one by one; further ones are counted. */
const TOLD_PROBLEMS = 100

/** What is left to do once events have ended. */
export interface Settling {
  /** Resolves when all that will be said to be done has been. */
  readonly settled: Promise<void>
}

export interface RunContext {
  readonly outputs: readonly AlertOutput[]
  readonly tally: Tally
  readonly tell: (line: string) => void
  readonly render: Render
  /** As an `Input` has it. */
  readonly patience?: number
}

/**
 * Takes events in until they end. Waits for outputs that are behind, so that the input waits as well; says what is done,
 * once its alerts are out.
 */
export async function run<E>(
  sensor: Sensor<E>,
  detection: Detection<E>,
  { outputs, tally, tell, render, patience }: RunContext,
): Promise<Settling> {
  let settled = Promise.resolve()
  const teller = createProblemTeller(tally, TOLD_PROBLEMS, tell, render)
  for await (const { events, problems, done } of sensor) {
    for (const problem of problems) teller.take(problem)
    const left = events[Symbol.iterator]()
    try {
      while (!take(left)) await Promise.all(outputs.map((output) => output.room()))
    } catch (error) {
      // What holds files open behind the events lets go of them only so.
      left.return?.()
      throw error
    }
    if (done === undefined) continue
    const delivered = allDelivered(outputs, patience)
    settled = settled.then(async () => {
      if (await delivered) done()
    })
  }
  teller.end()
  return { settled }

  /**
   * A loop of its own, in which nothing is awaited: what has no alerts, as nearly all events, is to be done with at once.
   *
   * @returns false where outputs are behind, and events are left
   */
  function take(events: Iterator<E>): boolean {
    for (let next = events.next(); next.done !== true; next = events.next()) {
      tally.events++
      const alerts = detection.alerts(next.value)
      if (alerts.length === 0) continue
      for (const alert of alerts) {
        countAlert(tally, alert.rule, alert.priority)
        for (const output of outputs) output.push(alert)
      }
      if (isBehind(outputs)) return false
    }
    return true
  }
}

/** Whether what the outputs have been given so far is delivered, or counts as such since patience is at its end. */
function allDelivered(outputs: readonly AlertOutput[], patience: number | undefined): Promise<boolean> {
  const delivered = Promise.all(outputs.map((output) => output.delivered())).then((all) => all.every(Boolean))
  if (patience === undefined) return delivered
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), patience)
    void delivered.then((isDelivered) => {
      clearTimeout(timer)
      resolve(isDelivered)
    })
  })
}

function isBehind(outputs: readonly AlertOutput[]): boolean {
  return outputs.some(({ isBehind }) => isBehind)
}
