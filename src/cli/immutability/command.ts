import { createColors } from 'picocolors'
import { visible } from '../../findings/index.ts'
import { clusterMessages } from '../../kubernetes/index.ts'
import { createRenderer, type Language, type Render } from '../../messages/index.ts'
import {
  type Change,
  type ContainerStatement,
  IMMUTABILITY_EVENTS,
  ImmutabilityWatch,
  quietStatement,
  runningPrograms,
} from '../../runtime/behavior/index.ts'
import { sensorChoiceMessages, sensorMessages } from '../../runtime/sensors/index.ts'
import { type ContainerFilter, containerTitle, isChosen, isFiltered, namelessOf } from '../behavior/choose.ts'
import { behaviorMessages } from '../behavior/messages.ts'
import { type FallbackKind, type LiveRecording, type ObserveOptions, observe } from '../behavior/observe.ts'
import { detectMessages } from '../detect/messages.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { maskedArguments } from '../proc/masked-arguments.ts'
import { terminalOf } from '../terminal.ts'
import { workloadMessages } from '../workload/messages.ts'
import { readWorkload } from '../workload/read-workload.ts'
import { type ContainerEntrypoint, entrypointsOf } from './entrypoints.ts'
import { CHANGE_MESSAGES, immutabilityMessages } from './messages.ts'
import { type ProbeSource, withKnownProbes } from './probes.ts'

const { make } = immutabilityMessages

export interface ImmutabilityOptions extends ObserveOptions, ContainerFilter, ProbeSource {
  readonly entrypoint?: string
  readonly manifest?: string
  readonly format: string
  readonly failOn: string
  readonly color: boolean
}

/**
 * `haetae immutability`: for each container a statement whether it is as its image made it, with the evidence, on standard
 * output.
 *
 * @returns 1 where one has changed and `--fail-on changed` is given, 3 where events were lost, changes of some kinds cannot
 *   be seen here, or none of the containers that were seen is meant
 * @throws UsageError
 */
export async function immutability(options: ImmutabilityOptions, language: Language): Promise<ExitStatus> {
  const format = choiceOf('--format', options.format, ['text', 'json'])
  const failOn = choiceOf('--fail-on', options.failOn, ['none', 'changed'])
  const render = createRenderer(
    [
      immutabilityMessages,
      behaviorMessages,
      sensorMessages,
      sensorChoiceMessages,
      detectMessages,
      workloadMessages,
      clusterMessages,
    ],
    language,
  )
  const { entrypoint } = options
  if (options.manifest !== undefined && options.cluster === true)
    throw new UsageError('ERR_OPTION_VALUE', make['one-manifest']({}), immutabilityMessages)
  const manifest = options.manifest === undefined ? undefined : await readWorkload(options.manifest, language)
  const watch = new ImmutabilityWatch(entrypoint === undefined ? {} : { entrypoint })
  const { lost, fallback, live } = await observe(
    options,
    IMMUTABILITY_EVENTS,
    render,
    (view) => watch.take(view),
    (kind) => make.blind({ unseen: UNSEEN[kind] }),
    lookAtRunning,
  )
  async function lookAtRunning(): Promise<void> {
    for (const program of await runningPrograms('/proc', BigInt(Date.now()) * 1_000_000n))
      watch.takeRunning(program)
  }
  const unseen = fallback === undefined ? [] : UNSEEN[fallback]
  const all = statementsOf(watch, live)
  const nameless = namelessOf(options, all)
  if (nameless.length > 0)
    process.stderr.write(`${visible(render(behaviorMessages.make.nameless({ ids: nameless })))}\n`)
  const chosen = all.filter((statement) => isChosen(options, statement))
  const isMissed = chosen.length === 0 && isFiltered(options)
  if (isMissed) {
    const others = all.map((each) => containerTitle(each))
    process.stderr.write(`${visible(render(make['none-meant']({ seen: others })))}\n`)
  }
  const seen = await withKnownProbes(chosen, manifest, options, ({ detail }) =>
    process.stderr.write(`${visible(render(detail))}\n`),
  )
  const entrypoints = options.live === true ? await entrypointsOf(seen, options.containerRuntime) : new Map()
  const statements = seen.map((statement): Told => {
    const found = entrypoints.get(statement.id)
    const masked = { ...statement, evidence: statement.evidence.map(withoutSecrets) }
    return found === undefined ? masked : { ...masked, entrypoint: found }
  })
  const missing = lost + watch.unwatched
  if (format === 'json') process.stdout.write(jsonOf(statements, missing, unseen, render))
  else if (!isMissed)
    process.stdout.write(
      textOf(statements, unseen, render, terminalOf(process.stdout, process.env, options.color).colour),
    )
  if (missing > 0) process.stderr.write(`${render(make.lost({ count: missing }))}\n`)
  const isWhole = missing === 0 && unseen.length === 0 && nameless.length === 0 && live?.isShort !== true
  if (!isWhole || isMissed) return EXIT.incomplete
  const hasChanged = statements.some(({ verdict }) => verdict === 'changed')
  return failOn === 'changed' && hasChanged ? EXIT.findings : EXIT.done
}

/** Of every container that was there, also of those that made no event: nothing is what an unchanged one may well do. */
function statementsOf(
  watch: ImmutabilityWatch,
  live: LiveRecording | undefined,
): readonly ContainerStatement[] {
  if (live === undefined) return watch.statements()
  const seen = watch.statements(live).map((statement) => live.containers.complete(statement))
  const ids = new Set(seen.map(({ id }) => id))
  const quiet = live.containers
    .stayed()
    .filter(({ id }) => !ids.has(id))
    .map(({ id }) => quietStatement(live.containers.complete({ ...NAMELESS, id }), live))
  return [...seen, ...quiet]
}

const NAMELESS = { name: '', image: '', pod: '', namespace: '' } as const

const WRITES: Change = 'wrote-below-system-folder'

/** Changes that show in nothing of what takes the sensor's place. */
const UNSEEN: Readonly<Record<FallbackKind, readonly Change[]>> = {
  bpftrace: ['executed-new-file'],
  connector: ['executed-new-file', WRITES],
  proc: ['executed-new-file', WRITES],
}

/** A statement, and what the container's runtime says of its start. */
interface Told extends ContainerStatement {
  readonly entrypoint?: ContainerEntrypoint
}

/** Its command line with what looks like a secret masked; where it was cut, or its arguments have blanks, word by word. */
function withoutSecrets(evidence: ContainerStatement['evidence'][number]): typeof evidence {
  return { ...evidence, commandLine: maskedArguments(evidence.commandLine.split(' ')).join(' ') }
}

function saidOf(statement: ContainerStatement, unseen: readonly Change[]): ReturnType<typeof make.none> {
  const { begin, end, events, isSeenFromStart, evidence, omitted } = statement
  const seconds = Number.isNaN(end - begin) ? 0 : Math.round((end - begin) / 1000)
  const span = { seconds, events, isSeenFromStart, begin: timeOf(begin) ?? '?' }
  if (statement.verdict === 'unchanged')
    return unseen.length > 0 ? make['nothing-seen-changed']({ ...span, unseen }) : make.unchanged(span)
  return make.changed({ ...span, changes: evidence.length + omitted })
}

function timeOf(milliseconds: number): string | null {
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString()
}

function jsonOf(
  statements: readonly Told[],
  lost: number,
  unseen: readonly Change[],
  render: Render,
): string {
  const containers = statements.map(({ begin, end, evidence, ...statement }) => ({
    ...statement,
    begin: timeOf(begin),
    end: timeOf(end),
    statement: render(saidOf({ begin, end, evidence, ...statement }, unseen)),
    evidence: evidence.map(({ first, ...rest }) => ({
      ...rest,
      first: timeOf(first),
      message: render(CHANGE_MESSAGES[rest.change]({})),
    })),
  }))
  return `${JSON.stringify({ containers, lost, unseen }, null, 2)}\n`
}

function textOf(
  statements: readonly Told[],
  unseen: readonly Change[],
  render: Render,
  colour: boolean,
): string {
  const paint = createColors(colour)
  if (statements.length === 0) return `${render(make.none({}))}\n`
  const lines = statements.flatMap((statement) => {
    const { verdict, evidence, omitted, entrypoint } = statement
    const said = visible(render(saidOf(statement, unseen)))
    return [
      paint.bold(visible(containerTitle(statement))),
      `  ${verdict === 'changed' ? paint.red(said) : paint.green(said)}`,
      ...(entrypoint === undefined ? [] : [`  ${visible(render(make.entrypoint(entrypoint)))}`]),
      ...evidence.map(({ change, path, commandLine, parent, first, count, wasRunning }) =>
        visible(
          `  - ${timeOf(first) ?? ''} ${render(CHANGE_MESSAGES[change]({}))}${wasRunning ? ` (${render(make['was-running']({}))})` : ''}: ${path} [${commandLine}] < ${parent}${count > 1 ? ` ×${count}` : ''}`,
        ),
      ),
      ...(evidence.some(({ mayBeProbe }) => mayBeProbe) ? [`  ${render(make['may-be-probe']({}))}`] : []),
      ...(omitted > 0 ? [`  ${render(make.omitted({ count: omitted }))}`] : []),
      '',
    ]
  })
  return lines.join('\n')
}
