import type { Render } from '../../messages/index.ts'
import type { AlertOutput } from '../../runtime/detection/index.ts'
import type { Sensor, SensorProblem } from '../../runtime/sensors/index.ts'
import type { Detection } from './detection.ts'
import { detectMessages } from './messages.ts'
import { countAlert, type Tally } from './tally.ts'

const { make } = detectMessages

/** Problems of the input that are told one by one; further ones are counted. */
const TOLD_PROBLEMS = 100

export interface RunContext {
  readonly outputs: readonly AlertOutput[]
  readonly tally: Tally
  readonly tell: (line: string) => void
  readonly render: Render
}

/** Takes events in until they end. Waits for outputs that are behind, so that the input waits as well. */
export async function run<E>(
  sensor: Sensor<E>,
  detection: Detection<E>,
  { outputs, tally, tell, render }: RunContext,
): Promise<void> {
  for await (const { events, problems } of sensor) {
    for (const problem of problems) takeProblem(problem)
    for (const event of events) {
      tally.events++
      for (const alert of detection.alerts(event)) {
        countAlert(tally, alert.rule, alert.priority)
        for (const output of outputs) output.push(alert)
      }
      if (isBehind(outputs)) await Promise.all(outputs.map((output) => output.room()))
    }
  }
  const untold = tally.problems - TOLD_PROBLEMS
  if (untold > 0) tell(render(make['more-problems']({ count: untold })))

  function takeProblem({ problem, position, isLoss }: SensorProblem): void {
    tally.problems++
    if (isLoss) tally.lost++
    if (tally.problems > TOLD_PROBLEMS) return
    const place = position.line > 0 ? `${position.source}:${position.line}` : position.source
    tell(render(make.problem({ place, reason: render(problem) })))
  }
}

function isBehind(outputs: readonly AlertOutput[]): boolean {
  return outputs.some(({ isBehind }) => isBehind)
}
