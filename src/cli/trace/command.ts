import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Writable } from 'node:stream'
import { visible } from '../../findings/index.ts'
import { createRenderer, type Language, reasonOf } from '../../messages/index.ts'
import {
  callLine,
  sensorChoiceMessages,
  sensorFailure,
  sensorMessages,
  signalName,
  type TracerKind,
} from '../../runtime/sensors/index.ts'
import { Patience } from '../capture/patience.ts'
import { writeOutput } from '../capture/write-output.ts'
import type { Part, WrittenEvents } from '../capture/write-parts.ts'
import { type ContainerGroups, containerGroups } from '../detect/container-groups.ts'
import { sensorBinary } from '../detect/kernel-sensor.ts'
import { detectMessages } from '../detect/messages.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { programPath } from '../program-path.ts'
import { stopOnSignals } from '../signals.ts'
import { chooseTracer } from './choose-tracer.ts'
import { CallCounts, countTable, totalOf } from './count-table.ts'
import { traceMessages } from './messages.ts'
import { openTraceOutput } from './open-output.ts'
import { isAlive, startWaiting, type WaitingCommand } from './start-command.ts'
import { sensorTracer, straceTracer, type TracedEvent, type Tracer } from './tracer.ts'

const { make } = traceMessages

export interface TraceCommandOptions {
  readonly pid?: string
  readonly container?: string
  readonly pod?: string
  readonly follow?: boolean
  readonly count?: boolean
  readonly format: string
  readonly output: string
  readonly sensor?: string
  readonly containerRuntime?: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly quiet?: boolean
}

/** Between two looks whether the process is still there. */
const LOOK_MILLISECONDS = 500

/** What is traced; `pid` is the one that ends it, and without `--follow` the only one that is shown. */
interface Target {
  readonly pids?: readonly number[]
  readonly cgroups?: readonly string[]
  readonly groups?: ContainerGroups
  readonly pid?: number
  readonly command?: WaitingCommand
}

/**
 * `haetae trace`: system calls of a command or of processes that run, as strace shows them; the processes are not stopped,
 * unless strace has to take the sensor's place.
 *
 * @returns 3 where calls were lost, the output did not take them, or what was to trace could not begin
 * @throws UsageError
 */
export async function trace(
  command: readonly string[],
  options: TraceCommandOptions,
  language: Language,
): Promise<ExitStatus> {
  const format = choiceOf('--format', options.format, ['text', 'json', 'jsonl'])
  if (format === 'json' && options.count !== true)
    throw new UsageError('ERR_FORMAT', make['count-json']({}), traceMessages)
  const render = createRenderer(
    [traceMessages, sensorMessages, sensorChoiceMessages, detectMessages],
    language,
  )
  const tell = (line: string) => process.stderr.write(`${visible(line)}\n`)
  requireOneTarget(command, options)
  const kind = chooseTracer(options, tell, render)
  // Before the command is begun: one that waits for a sensor that is not there would wait for ever.
  const binary = kind === 'ebpf' ? sensorBinary(options) : undefined
  const patience = new Patience()
  let isToStop = false
  let stop: () => void = () => undefined
  const release = stopOnSignals({
    stop: () => {
      isToStop = true
      stop()
    },
    reload: () => undefined,
  })
  const target = await targetOf(command, options, kind)
  const { target: output, begin } = await openTraceOutput(options.output).catch((error: unknown) => {
    target.command?.kill()
    throw error
  })
  const opened =
    binary !== undefined
      ? sensorTracer({
          binary,
          ...target,
          exclude: [process.pid, ...(target.groups?.monitors ?? [])],
        })
      : openStrace({ command, pids: target.pids ?? [] }, output)
  stop = () => {
    patience.end()
    opened.stop()
  }
  output.once('error', () => stop())
  if (isToStop) stop()
  const unfollow = target.groups?.follow(opened.look)
  const counts = new CallCounts()
  const showsPids = options.follow === true || (target.pid === undefined && command.length === 0)
  // What the shell did before it became the command is not the command's.
  let hasBegun = target.command === undefined
  let { pid: own } = target
  let hasMainThreadEnded = false

  void opened.ready.then((isReady) => {
    if (!isReady) return target.command?.kill()
    target.command?.go()
    const what = options.pod ?? options.container ?? options.pid
    if (what !== undefined && options.quiet !== true) tell(render(make.tracing({ what })))
  })
  // Its end may come before the first look, or be among what was lost.
  const looking = setInterval(() => {
    if (target.pid !== undefined && !isAlive(target.pid)) stop()
  }, LOOK_MILLISECONDS)
  let result: WrittenEvents | undefined
  try {
    result = await writeOutput(options.output, output, parts(), patience)
  } finally {
    patience.release()
    clearInterval(looking)
    unfollow?.()
    release()
    if (isToStop) target.command?.end()
  }
  if (result === undefined) return EXIT.incomplete
  const { unwritten } = result
  if (unwritten > 0) tell(render(make.unwritten({ lines: unwritten, output: options.output })))
  const failure = opened.failure()
  if (failure !== undefined)
    tell(render(kind === 'ebpf' ? sensorFailure(failure) : make['strace-failed'](failure)))
  const causes = opened.lost()
  const isComplete = Object.keys(causes).length === 0
  if (!isComplete) tell(render(sensorMessages.make['sensor-drops']({ causes })))
  // What standard output was given and does not take would keep the process; other outputs are closed.
  if (unwritten > 0 && options.output === '-') process.exit(EXIT.incomplete)
  return failure === undefined && isComplete && unwritten === 0 ? EXIT.done : EXIT.incomplete

  async function* parts(): AsyncGenerator<Part> {
    for await (const traced of opened.events) {
      const text = take(traced)
      if (text === undefined) continue
      await begin()
      yield { text, events: 1 }
    }
    stop()
    if (!(await opened.ready)) return
    await begin()
    if (options.count !== true) return
    const text = format === 'text' ? countTable(counts.list()) : countJson(counts)
    yield { text, events: text.split('\n').length - 1 }
  }

  /** @returns the line that it makes, if any */
  function take(traced: TracedEvent): string | undefined {
    const { pid } = traced
    // The first process that strace tells of is the command that it began.
    if (kind === 'strace' && command.length > 0) own ??= pid
    const isOwn = own === undefined || pid === own
    if (traced.kind === 'call' && !hasBegun && isOwn) hasBegun = traced.runsProgram
    if (traced.kind === 'exit' && pid === own) {
      hasMainThreadEnded ||= traced.tid === pid
      // Its other threads may still run; the one that ends last may not have left yet, which the next look tells.
      if (hasMainThreadEnded && !isAlive(pid)) stop()
    }
    return hasBegun && (isOwn || options.follow === true) ? show(traced) : undefined
  }

  function show(traced: TracedEvent): string | undefined {
    if (options.count === true) {
      if (traced.kind === 'call') counts.add(traced)
      return undefined
    }
    if (format === 'jsonl') return `${JSON.stringify(recordOf(traced))}\n`
    // Without numbers, the end of a thread could be taken for that of the process.
    return traced.kind === 'call' || showsPids || traced.tid === traced.pid
      ? textOf(traced, showsPids)
      : undefined
  }
}

function textOf(traced: TracedEvent, showsPids: boolean): string {
  const prefix = (tid: number) => (showsPids ? `[pid ${String(tid).padStart(5)}] ` : '')
  if (traced.kind === 'call') return `${callLine(traced.show(), prefix(traced.tid))}\n`
  const { tid, status, signal } = traced
  return `${prefix(tid)}+++ ${signal > 0 ? `killed by ${signalName(signal)}` : `exited with ${status}`} +++\n`
}

/** A call or an end as one JSON object. */
function recordOf(traced: TracedEvent): object {
  if (traced.kind === 'exit') return traced
  const { time, duration, pid, tid } = traced
  const { name, args, result, errno } = traced.show()
  return {
    kind: 'call',
    time: new Date(Number(time / 1_000_000n)).toISOString().replace(/\.\d+Z$/, `.${fraction(time)}Z`),
    pid,
    tid,
    name,
    args,
    result,
    errno: errno ?? null,
    seconds: duration / 1e9,
  }
}

function fraction(time: bigint): string {
  return String(time % 1_000_000_000n).padStart(9, '0')
}

function countJson(counts: CallCounts): string {
  const calls = counts.list()
  return `${JSON.stringify({ calls, total: totalOf(calls) })}\n`
}

/** @throws UsageError where the call names none, or several */
function requireOneTarget(command: readonly string[], { pid, container, pod }: TraceCommandOptions): void {
  const given = [command.length > 0, pid !== undefined, container !== undefined, pod !== undefined]
  if (given.filter(Boolean).length !== 1) throw usage('ERR_TARGET', make['one-target']({}))
}

/** @throws UsageError where what is named is not there */
async function targetOf(
  command: readonly string[],
  target: TraceCommandOptions,
  kind: TracerKind,
): Promise<Target> {
  const { pid } = target
  // A command that strace is to look at is begun by it: not everybody may attach to what runs.
  if (command.length > 0) {
    requireProgram(command[0] ?? '')
    return kind === 'ebpf' ? startedTarget(command) : {}
  }
  if (pid !== undefined) {
    if (!/^\d{1,7}$/.test(pid) || !existsSync(`/proc/${pid}`))
      throw usage('ERR_NO_PROCESS', make['no-process']({ pid }))
    return { pids: [Number(pid)], pid: Number(pid) }
  }
  const groups = await containerGroups(target)
  if (groups === undefined) throw usage('ERR_TARGET', make['one-target']({}))
  if (kind === 'ebpf') return { cgroups: groups.cgroups, groups }
  return { pids: groups.processes }
}

/** @throws UsageError where there is no such program: the shell that becomes it could only say so in its own way */
function requireProgram(command: string): void {
  const found = programPath(command)
  if ('obstacle' in found) throw usage('ERR_COMMAND', make['no-command']({ command, reason: found.obstacle }))
}

async function startedTarget(command: readonly string[]): Promise<Target> {
  try {
    const started = await startWaiting(command)
    return { pids: [started.pid], pid: started.pid, command: started }
  } catch (error) {
    const reason = reasonOf(error)
    throw usage('ERR_COMMAND', make['no-command']({ command: command[0] ?? '', reason }))
  }
}

/** @throws UsageError where the folder for temporary files takes no pipe; the output is closed then */
function openStrace(options: Parameters<typeof straceTracer>[0], output: Writable): Tracer {
  try {
    return straceTracer(options)
  } catch (error) {
    if (output !== process.stdout) output.destroy()
    throw usage('ERR_OUTPUT', make['no-pipe']({ folder: tmpdir(), reason: reasonOf(error) }))
  }
}

function usage(code: string, message: UsageError['detail']): UsageError {
  return new UsageError(code, message, traceMessages)
}
