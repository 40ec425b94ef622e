import { pipeline } from 'node:stream/promises'
import { visible } from '../../findings/index.ts'
import { createRenderer, type Language } from '../../messages/index.ts'
import { createFieldMap } from '../../runtime/detection/index.ts'
import {
  type KernelEvent,
  kernelEventType,
  type SensedSyscallEvent,
  type Sensor,
  sensorMessages,
} from '../../runtime/sensors/index.ts'
import { createProblemTeller } from '../detect/input-problems.ts'
import { openSyscallInput } from '../detect/inputs.ts'
import { detectMessages } from '../detect/messages.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { captureMessages } from './messages.ts'
import { cannotWrite, openTarget } from './open-target.ts'

const { make } = captureMessages

export interface CaptureOptions {
  readonly events?: readonly string[]
  readonly output: string
  readonly quiet?: boolean
}

/** Problems that are told one by one. */
const TOLD_PROBLEMS = 100

/** Text that is put together before it is written. */
const PART_CHARACTERS = 256 * 1024

/**
 * `haetae capture`: events of any form in, JSON Lines of their fields out, one event a line: `{"fields": {…}, "num", "tid",
 * "ts", "type"}`.
 *
 * @returns 3 where events could not be read
 * @throws UsageError
 */
export async function capture(options: CaptureOptions, language: Language): Promise<ExitStatus> {
  const { events, output, quiet } = options
  if (events === undefined) throw new UsageError('ERR_INPUT', make['no-input']({}), captureMessages)
  const render = createRenderer([captureMessages, detectMessages, sensorMessages], language)
  const tell = (line: string) => process.stderr.write(`${visible(line)}\n`)
  const opened = await openSyscallInput({ events })
  const target = await openTarget(output)
  let written = 0
  const counts = { problems: 0, lost: 0 }
  const teller = createProblemTeller(counts, TOLD_PROBLEMS, tell, render)

  const texts =
    opened.form === 'capture'
      ? textsOf(opened.input.sensor, kernelLines())
      : textsOf(opened.input.sensor, fieldLine)
  try {
    await pipeline(texts, target, { end: target !== process.stdout })
  } catch (error) {
    // What reads standard output may have had enough.
    if (target === process.stdout) throw error
    throw cannotWrite(output, error)
  }
  teller.end()
  if (quiet !== true) tell(render(make.written({ events: written })))
  return counts.problems > 0 ? EXIT.incomplete : EXIT.done

  async function* textsOf<E>(sensor: Sensor<E>, lineOf: (event: E) => string): AsyncGenerator<string> {
    let text = ''
    for await (const batch of sensor) {
      for (const problem of batch.problems) teller.take(problem)
      for (const event of batch.events) {
        text += `${lineOf(event)}\n`
        written++
        if (text.length < PART_CHARACTERS) continue
        yield text
        text = ''
      }
    }
    if (text !== '') yield text
  }
}

/** Times have more digits than JavaScript's numbers are exact about: they are written digit by digit. */
function kernelLines(): (event: KernelEvent) => string {
  const fieldsOf = createFieldMap()
  return (event) => {
    const type = JSON.stringify(event.type.name === 'syscall' ? 'syscall' : kernelEventType(event))
    const fields = JSON.stringify(fieldsOf(event))
    return `{"fields":${fields},"num":${event.num},"tid":${event.tid},"ts":${event.time},"type":${type}}`
  }
}

function fieldLine({ fields, num, tid, ts, type }: SensedSyscallEvent): string {
  return JSON.stringify({ fields, num, tid, ts, type })
}
