import { visible } from '../../findings/index.ts'
import type { Render } from '../../messages/index.ts'
import { createKernelView, type EventView, viewOfFields } from '../../runtime/behavior/index.ts'
import { type Sensor, wantedCalls } from '../../runtime/sensors/index.ts'
import { createProblemTeller } from '../detect/input-problems.ts'
import { openSyscallInput } from '../detect/inputs.ts'
import { lostBy, openSensor, type SensorChoice } from '../detect/kernel-sensor.ts'
import { UsageError } from '../exit.ts'
import { stopOnSignals } from '../signals.ts'
import { millisecondsOf } from './duration.ts'
import { behaviorMessages } from './messages.ts'

const { make } = behaviorMessages

/** Where the events come from. */
export interface ObserveOptions extends SensorChoice {
  readonly events?: readonly string[]
  readonly live?: boolean
  readonly for?: string
  readonly quiet?: boolean
}

/** How an observation ended. */
export interface Observed {
  /** Events that were lost, as far as is known. */
  readonly lost: number
}

const TOLD_PROBLEMS = 20

/**
 * Gives every event of the input to `take`, until the input or the time is over, or the program is told to stop.
 *
 * @param types - types of events that are needed besides what the sensor tells of each control group
 * @param render - knows the messages of sensors, of detection and of this folder
 * @throws UsageError where the options do not name one input
 */
export async function observe(
  options: ObserveOptions,
  types: ReadonlySet<string>,
  render: Render,
  take: (view: EventView) => void,
): Promise<Observed> {
  if ((options.events === undefined) === (options.live !== true))
    throw new UsageError('ERR_INPUT', make['one-input']({}), behaviorMessages)
  const tell = (line: string) => process.stderr.write(`${visible(line)}\n`)
  if (options.events !== undefined) {
    const { form, input } = await openSyscallInput({ events: options.events })
    const kernelView = createKernelView()
    return form === 'capture'
      ? { lost: await drain(input.sensor, (event) => take(kernelView(event)), tell, render) }
      : { lost: await drain(input.sensor, (event) => take(viewOfFields(event)), tell, render) }
  }
  const milliseconds = options.for === undefined ? 0 : millisecondsOf(options.for)
  let timer: NodeJS.Timeout | undefined
  // The time that the sensor takes to begin is none of the recording's.
  const ready = () => {
    if (timer !== undefined) return
    if (options.quiet !== true) tell(render(make.recording({ seconds: milliseconds / 1000 })))
    if (milliseconds > 0) timer = setTimeout(() => kernel.stop(), milliseconds)
  }
  const kernel = openSensor(options, { calls: wantedCalls(types), behavior: true, ready })
  const release = stopOnSignals({ stop: () => kernel.stop(), reload: () => undefined })
  try {
    const view = createKernelView()
    const lost = await drain(kernel.sensor, (event) => take(view(event)), tell, render)
    return { lost: lost + lostBy(kernel) }
  } finally {
    clearTimeout(timer)
    release()
  }
}

/** @returns how many problems of the input lost events */
async function drain<E>(
  sensor: Sensor<E>,
  take: (event: E) => void,
  tell: (line: string) => void,
  render: Render,
): Promise<number> {
  const counts = { problems: 0, lost: 0 }
  const teller = createProblemTeller(counts, TOLD_PROBLEMS, tell, render)
  for await (const batch of sensor) {
    for (const problem of batch.problems) teller.take(problem)
    for (const event of batch.events) take(event)
  }
  teller.end()
  return counts.lost
}
