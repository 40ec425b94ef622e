import type { Render } from '../../messages/index.ts'
import type { AlertOutput } from '../../runtime/detection/index.ts'
import type { Sensor, SensorProblem } from '../../runtime/sensors/index.ts'
import type { Detection } from './detection.ts'
import { detectMessages } from './messages.ts'
import { countAlert, type Tally } from './tally.ts'

const { make } = detectMessages

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
  for await (const { events, problems, done } of sensor) {
    for (const problem of problems) takeProblem(problem)
    for (const event of events) {
      tally.events++
      for (const alert of detection.alerts(event)) {
        countAlert(tally, alert.rule, alert.priority)
        for (const output of outputs) output.push(alert)
      }
      if (isBehind(outputs)) await Promise.all(outputs.map((output) => output.room()))
    }
    if (done === undefined) continue
    const delivered = allDelivered(outputs, patience)
    settled = settled.then(async () => {
      if (await delivered) done()
    })
  }
  const untold = tally.problems - TOLD_PROBLEMS
  if (untold > 0) tell(render(make['more-problems']({ count: untold })))
  return { settled }

  function takeProblem({ problem, position, isLoss }: SensorProblem): void {
    tally.problems++
    if (isLoss) tally.lost++
    if (tally.problems > TOLD_PROBLEMS) return
    const place = position.line > 0 ? `${position.source}:${position.line}` : position.source
    tell(render(make.problem({ place, reason: render(problem) })))
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
