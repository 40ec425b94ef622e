import { visible } from '../../findings/index.ts'
import { createRenderer, type Language } from '../../messages/index.ts'
import type { Rule } from '../../runtime/rules/index.ts'
import {
  kernelEventType,
  type SensorIncident,
  sensorChoiceMessages,
  sensorMessages,
} from '../../runtime/sensors/index.ts'
import { behaviorMessages } from '../behavior/messages.ts'
import { typesOf } from '../detect/event-types.ts'
import { createProblemTeller } from '../detect/input-problems.ts'
import { openSyscallInput } from '../detect/inputs.ts'
import { detectMessages } from '../detect/messages.ts'
import { needsOf } from '../detect/rule-needs.ts'
import { loadRunningRules } from '../detect/rules.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { needs } from '../options.ts'
import { fieldLine, kernelLines } from './event-lines.ts'
import { createEventParts } from './event-parts.ts'
import { type LiveCaptureOptions, openLiveCapture } from './live.ts'
import { captureMessages } from './messages.ts'
import { Patience } from './patience.ts'
import { bytesOf } from './size.ts'
import { openOutput, writeOutput } from './write-output.ts'
import type { Part, WrittenEvents } from './write-parts.ts'

const { make } = captureMessages

export interface CaptureOptions extends LiveCaptureOptions {
  readonly events?: readonly string[]
  readonly live?: boolean
  readonly output: string
  readonly maxSize?: string
  readonly quiet?: boolean
}

/** Lines of events on their way to the file. */
interface Source {
  readonly parts: AsyncIterable<Part>
  /** Ends them, where they do not end by themselves. */
  stop(): void
  /** Called when nothing more is read. @returns events that were lost and are no problems of the input */
  release(): number
}

/** Problems that are told one by one. */
const TOLD_PROBLEMS = 100

/**
 * `haetae capture`: events of this machine's kernel, or of files of any form, in; JSON Lines of their fields out, one event a
 * line: `{"fields": {…}, "num", "tid", "ts", "type"}`.
 *
 * @returns 3 where events could not be read, were lost, or the output did not take them
 * @throws UsageError
 */
export async function capture(options: CaptureOptions, language: Language): Promise<ExitStatus> {
  const { output, quiet } = options
  const most = options.maxSize === undefined ? Number.POSITIVE_INFINITY : bytesOf(options.maxSize)
  const render = createRenderer(
    [captureMessages, behaviorMessages, detectMessages, sensorMessages, sensorChoiceMessages],
    language,
  )
  const tell = (line: string) => process.stderr.write(`${visible(line)}\n`)
  const note = quiet === true ? () => undefined : tell
  const counts = { problems: 0, lost: 0 }
  const incidents: SensorIncident[] = []
  const teller = createProblemTeller(counts, TOLD_PROBLEMS, tell, render)

  const patience = new Patience()
  const partsOf = createEventParts({
    most,
    full: () => note(render(make.full({}))),
    problem: teller.take,
    incidents: () => incidents.splice(0),
    isOver: patience.signal,
  })
  const source = options.events === undefined ? await fromKernel() : await fromFiles(options.events)
  let lost = 0
  let result: WrittenEvents | undefined
  try {
    const target = await openOutput(output)
    target.once('error', source.stop)
    result = await writeOutput(output, target, source.parts, patience)
  } finally {
    patience.release()
    lost = source.release()
  }
  if (result === undefined) return EXIT.incomplete
  const { written, unwritten } = result
  teller.end()
  if (unwritten > 0) tell(render(make.unwritten({ events: unwritten, output })))
  note(render(make.written({ events: written })))
  // What standard output was given and does not take would keep the process; other outputs are closed.
  if (unwritten > 0 && output === '-') process.exit(EXIT.incomplete)
  return counts.problems > 0 || lost > 0 || unwritten > 0 ? EXIT.incomplete : EXIT.done

  async function fromFiles(events: readonly string[]): Promise<Source> {
    if (options.live === true) throw new UsageError('ERR_INPUT', make['one-input']({}), captureMessages)
    for (const name of ['for', 'rules', 'container', 'pod', 'sensor', 'kubeconfig', 'context'] as const)
      if (options[name] !== undefined) throw needs(`--${name}`, '--live')
    if (options.containerRuntime !== undefined) throw needs('--container-runtime', '--live')
    const opened = await openSyscallInput({ events })
    const stop = () => void opened.input.stop()
    const parts =
      opened.form === 'capture'
        ? partsOf(opened.input.sensor, kernelLines(undefined), stop)
        : partsOf(opened.input.sensor, fieldLine, stop)
    return { parts, stop, release: () => 0 }
  }

  async function fromKernel(): Promise<Source> {
    const rules = options.rules === undefined ? undefined : rulesOf(options.rules)
    const types = rules === undefined ? undefined : typesOf(rules)
    const live = await openLiveCapture(
      options,
      types,
      needsOf(rules ?? []),
      (milliseconds) => note(render(behaviorMessages.make.recording({ seconds: milliseconds / 1000 }))),
      (incident) => incidents.push(incident),
      tell,
      render,
    )
    const { events } = live
    const isWanted = (type: string) => types === undefined || types.has(type)
    void live.stopped.then(patience.end)
    return {
      parts:
        events.form === 'kernel'
          ? partsOf(events.sensor, kernelLines(types), live.stop, (event) =>
              isWanted(kernelEventType(event)) ? '' : undefined,
            )
          : partsOf(
              events.sensor,
              (event) => (isWanted(event.type ?? '') ? fieldLine(event) : undefined),
              live.stop,
            ),
      stop: live.stop,
      release() {
        live.stop()
        live.release()
        return live.lost()
      },
    }
  }

  /** @throws UsageError where they are not valid */
  function rulesOf(paths: readonly string[]): readonly Rule[] {
    const choice = { paths, source: 'syscall', selection: {}, matching: 'all' } as const
    const running = loadRunningRules(choice, language, false)
    if (running.ok) return running.rules
    process.stderr.write(running.report)
    throw new UsageError(
      'ERR_RULES',
      detectMessages.make['bad-rules']({ errors: running.errors }),
      detectMessages,
    )
  }
}
