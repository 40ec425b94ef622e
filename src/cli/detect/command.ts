import { randomBytes, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { auditEventMessages, auditReaderMessages } from '../../api-access/audit/index.ts'
import { visible } from '../../findings/index.ts'
import { createRenderer, type Language, type Render } from '../../messages/index.ts'
import {
  type AlertOrigin,
  type AlertOutput,
  auditDetection,
  containerOutput,
  type DetectorCounts,
  kernelDetection,
  lateFields,
  outputMessages,
  RULE_MATCHINGS,
  sensorAlert,
  sensorAlertMessages,
  syscallDetection,
} from '../../runtime/detection/index.ts'
import {
  EVENT_SOURCES,
  type EventSourceName,
  type ExtraOutput,
  PRIORITIES,
  type Priority,
  parsePriority,
  type Rule,
} from '../../runtime/rules/index.ts'
import { sensorChoiceMessages, sensorMessages } from '../../runtime/sensors/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { listenerMessages } from '../listener/messages.ts'
import { cliMessages } from '../messages.ts'
import { choiceOf } from '../options.ts'
import { stopOnSignals } from '../signals.ts'
import { terminalOf } from '../terminal.ts'
import { optimiseLater } from '../without-optimising.ts'
import { createDetection, type Detection } from './detection.ts'
import { sourceOf } from './heads.ts'
import { type Input, openSyscallInput } from './inputs.ts'
import { detectMessages } from './messages.ts'
import type { Counted } from './metrics.ts'
import type { DetectOptions } from './options.ts'
import { openOutputs } from './outputs.ts'
import { requireInput } from './require-input.ts'
import { defaultRules, loadRunningRules, type RuleChoice } from './rules.ts'
import { run } from './run.ts'
import { watchSensor } from './sensor-watch.ts'
import { statsText } from './stats-text.ts'
import { addCounts, countAlert, createTally, mergedCounts, statsOf, type Tally } from './tally.ts'
import { stateOfRules, watchRules } from './watch-rules.ts'

const { make } = detectMessages

const MESSAGES = [
  detectMessages,
  listenerMessages,
  outputMessages,
  sensorMessages,
  sensorAlertMessages,
  sensorChoiceMessages,
  auditReaderMessages,
  auditEventMessages,
  cliMessages,
]

const ORIGIN: AlertOrigin = {
  hostname: hostname(),
  uuid: randomUUID,
  now: () => BigInt(Date.now()) * 1_000_000n,
}

/** How long outputs may take to deliver what they have been given, once the input has ended. */
const GRACE_MILLISECONDS = 10_000

/** A source of events on which rules run. */
interface Work {
  readonly input: Pick<Input<unknown>, 'stop' | 'stats'>
  run(): Promise<void>
  /** Once the outputs are closed: lets go of what the input holds. */
  release(): Promise<void>
  reload(): void
  counts(): DetectorCounts
}

/**
 * `haetae detect`: events in, alerts out, until the events end or the program is told to stop. Alerts go to the outputs,
 * everything else to standard error.
 *
 * @returns 1 for an alert at or over `--fail-on`, 3 where events could not be read
 * @throws UsageError, also for rules that are not valid
 */
export async function detect(options: DetectOptions, language: Language): Promise<ExitStatus> {
  const format = choiceOf('--format', options.format, ['text', 'json', 'jsonl'])
  const failOn = failOnOf(options.failOn)
  requireInput(options)
  const { colour } = terminalOf(process.stderr, process.env, options.color)
  const validRules = (chosen: RuleChoice): readonly Rule[] => {
    const running = loadRunningRules(chosen, language, colour)
    if (running.ok) return running.rules
    process.stderr.write(running.report)
    throw new UsageError('ERR_RULES', make['bad-rules']({ errors: running.errors }), detectMessages)
  }
  // Nothing is open yet that would have to be closed.
  const unlisten = stopOnSignals({ stop: () => process.exit(EXIT.done) })
  // Standard input may be long in coming, and what is wrong with the rules is told before it is waited for.
  if (options.events?.[0] === '-') validRules(choiceOfRules(options, 'k8s_audit', []))
  const source = await sourceOfEvents(options)
  const isRecorded = options.events !== undefined || options.live !== true
  const syscalls = source === 'syscall' && isRecorded ? await openSyscallInput(options) : undefined
  unlisten()
  const isCapture = syscalls?.form === 'capture'
  if (isCapture && options.live !== true) optimiseLater()
  const choice = choiceOfRules(options, source, isCapture ? [containerOutput] : [])
  const render = createRenderer(MESSAGES, language)
  const tell = (line: string) => process.stderr.write(`${visible(line)}\n`)
  const note = options.quiet === true ? () => {} : tell

  let outputs: readonly AlertOutput[] = []
  const tally = createTally()
  const start = performance.now()
  const works: Work[] = []
  let sensor: Counted['sensor']
  let endWatch = () => {}
  let isStopping = false

  /** Of the files of rules, before these were read. */
  const states = new Map<RuleChoice, string>()

  /** @throws UsageError where the rules are not valid */
  const rulesOf = (chosen: RuleChoice): readonly Rule[] => {
    states.set(chosen, stateOfRules(chosen.paths))
    const rules = validRules(chosen)
    note(render(make.loaded({ rules: rules.length, source: chosen.source })))
    return rules
  }

  /** One source of events. @param replaced told when other rules run */
  const add = <E>(
    input: Input<E>,
    detection: Detection<E>,
    chosen: RuleChoice,
    replaced?: (rules: readonly Rule[]) => void,
  ) => {
    const load = () => loadRunningRules(chosen, language, colour)
    const reload = () => reloadRules(load, detection, tell, render, replaced)
    let settled = Promise.resolve()
    works.push({
      input,
      counts: () => detection.counts(),
      reload,
      async run() {
        if (input.address !== undefined)
          note(render(listenerMessages.make.listening({ address: input.address })))
        const unwatch = watchRules(chosen.paths, states.get(chosen) ?? '', reload)
        try {
          const { patience } = input
          const context = { outputs, tally, tell, render, ...(patience !== undefined && { patience }) }
          settled = (await run(input.sensor, detection, context)).settled
        } finally {
          unwatch()
        }
      },
      async release() {
        await settled
        await input.release?.()
      },
    })
    if (isStopping) void input.stop()
  }

  // From here on: to open what follows takes a while, and the first process of a container is ended by no signal else.
  const release = stopOnSignals({
    stop: () => {
      note(render(make.stopping({})))
      isStopping = true
      for (const { input } of works) void input.stop()
    },
    reload: () => {
      for (const output of outputs) output.reopen()
      for (const { reload } of works) reload()
    },
  })

  if (options.live === true) {
    // What speaks with the kernel, container runtimes and the cluster takes time to load.
    const { openLiveInput } = await import('./live.ts')
    const { completingOutput } = await import('./completing-output.ts')
    const { chooseLiveSensor } = await import('./choose-sensor.ts')
    const { openFallbackInput } = await import('./fallback.ts')
    const { tellBlindness } = await import('./blindness.ts')
    const chosen = choiceOfRules(options, 'syscall', [containerOutput])
    const rules = rulesOf(chosen)
    const watch = watchSensor(
      (incident) => {
        const alert = sensorAlert(incident, ORIGIN, render)
        countAlert(tally, alert.rule, alert.priority)
        for (const output of outputs) output.push(alert)
      },
      () => note(render(make.watching({}))),
    )
    endWatch = watch.end
    const kind = chooseLiveSensor(options, options, tell, render)
    tellBlindness(kind, rules, tell, render)
    if (kind === 'ebpf' || kind === 'connector') {
      const input = await openLiveInput(options, rules, watch, kind === 'connector')
      sensor = { health: watch.health, counts: input.counts }
      const late = lateFields(input.containers, randomBytes(12).toString('hex'))
      const detection = createDetection(rules, late.marking(kernelDetection), chosen.matching, ORIGIN)
      add(input, detection, chosen, (rules) => {
        input.want(rules)
        tellBlindness(kind, rules, tell, render)
      })
      const opened = await openOutputs(options, format, tell, render)
      outputs = opened.map((output) => completingOutput(output, late, input.containers))
    } else {
      const input = openFallbackInput(kind, rules, watch)
      sensor = { health: watch.health, counts: input.counts }
      add(input, createDetection(rules, syscallDetection, chosen.matching, ORIGIN), chosen)
    }
  }
  // Beside the kernel's events others, where they are asked for.
  if (options.live !== true || options.events !== undefined || options.listen !== undefined) {
    const rules = rulesOf(choice)
    const { matching } = choice
    if (syscalls === undefined) {
      const { openAuditInput } = await import('./audit-input.ts')
      const input = await openAuditInput(options)
      add(input, createDetection(rules, auditDetection, matching, ORIGIN), choice)
    } else if (syscalls.form === 'capture')
      add(syscalls.input, createDetection(rules, kernelDetection, matching, ORIGIN), choice)
    else add(syscalls.input, createDetection(rules, syscallDetection, matching, ORIGIN), choice)
  }
  if (outputs.length === 0) outputs = await openOutputs(options, format, tell, render)

  const counted = { tally, outputs: () => outputs, ...(sensor && { sensor }) }
  const served = options.metrics === undefined ? undefined : await openMetrics(options.metrics, counted)
  if (served !== undefined) note(render(make.metrics({ url: served.url })))

  try {
    await Promise.all(works.map((work) => work.run()))
  } finally {
    endWatch()
    await Promise.all(outputs.map((output) => output.close(GRACE_MILLISECONDS)))
    await Promise.all(works.map((work) => work.release()))
    served?.close()
    release()
  }
  if (options.stats === true) tellStats(works, outputs, tally, performance.now() - start, format, language)
  return statusOf(tally, failOn)
}

/** What `--stats` shows, on standard error. */
function tellStats(
  works: readonly Work[],
  outputs: readonly AlertOutput[],
  tally: Tally,
  milliseconds: number,
  format: string,
  language: Language,
): void {
  const counts: DetectorCounts = { suppressed: 0, evicted: 0, late: 0 }
  for (const work of works) addCounts(counts, work.counts())
  const inputs = works.flatMap(({ input }) => input.stats?.() ?? [])
  const stats = statsOf(
    tally,
    counts,
    outputs,
    milliseconds / 1000,
    inputs.length > 0 ? inputs.reduce(mergedCounts) : undefined,
  )
  process.stderr.write(format === 'text' ? statsText(stats, language) : `${JSON.stringify(stats)}\n`)
}

async function openMetrics(address: string, counted: Counted) {
  const { detectionMetrics, serveMetrics } = await import('./metrics.ts')
  return serveMetrics(address, detectionMetrics(counted))
}

function reloadRules<E>(
  load: () => ReturnType<typeof loadRunningRules>,
  detection: Detection<E>,
  tell: (line: string) => void,
  render: Render,
  replaced?: (rules: readonly Rule[]) => void,
): void {
  const next = load()
  if (next.ok) {
    detection.replace(next.rules)
    replaced?.(next.rules)
    tell(render(make.reloaded({ rules: next.rules.length })))
    return
  }
  process.stderr.write(next.report)
  tell(`haetae: ERR_RULES: ${render(make['kept-rules']({ errors: next.errors }))}`)
}

/** The source that is asked for, or that which the first file of events shows. */
async function sourceOfEvents({ source, events, follow, live }: DetectOptions): Promise<EventSourceName> {
  if (source !== undefined) return choiceOf('--source', source, EVENT_SOURCES)
  const [first] = events ?? []
  // What the kernel tells would go by unseen until something comes.
  const isTooLate = first === '-' && live === true
  return first === undefined || follow === true || isTooLate ? 'k8s_audit' : await sourceOf(first)
}

function choiceOfRules(
  options: DetectOptions,
  source: EventSourceName,
  extraOutputs: readonly ExtraOutput[],
): RuleChoice {
  const { rules, minPriority, disable, enableTag, disableTag } = options
  return {
    paths: rules ?? [defaultRules(source)],
    source,
    matching: choiceOf('--match', options.match, RULE_MATCHINGS),
    extraOutputs,
    selection: {
      ...(minPriority !== undefined && { minimumPriority: priorityOf('--min-priority', minPriority) }),
      ...(disable && { disableNameParts: disable }),
      ...(enableTag && { enableTags: enableTag }),
      ...(disableTag && { disableTags: disableTag }),
    },
  }
}

function priorityOf(option: string, text: string): Priority {
  return parsePriority(text) ?? choiceOf(option, text, PRIORITIES)
}

function failOnOf(text: string): Priority | undefined {
  if (text === 'none') return undefined
  return parsePriority(text) ?? (choiceOf('--fail-on', text, [...PRIORITIES, 'none']) as Priority)
}

function statusOf({ lost, byPriority }: Tally, failOn: Priority | undefined): ExitStatus {
  if (lost > 0) return EXIT.incomplete
  if (failOn === undefined) return EXIT.done
  // The gravest priority is the first.
  const least = PRIORITIES.indexOf(failOn)
  const fails = [...byPriority.keys()].some((priority) => PRIORITIES.indexOf(priority) <= least)
  return fails ? EXIT.findings : EXIT.done
}
