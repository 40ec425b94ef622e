import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AuditBatches,
  type AuditEvent,
  type AuditItem,
  type AuditProblem,
  createRedactor,
  SinkError,
} from '../../../api-access/audit/index.ts'
import { visible } from '../../../findings/index.ts'
import { createRenderer, type Language, type Message } from '../../../messages/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../../exit.ts'
import { listen } from '../../listener/listen.ts'
import { listenerMessages } from '../../listener/messages.ts'
import { stopOnSignals } from '../../signals.ts'
import { stoppable } from '../../stoppable.ts'
import { LOG_MESSAGES, readLogs } from '../logs.ts'
import { createProblemList } from '../problem-list.ts'
import { type KeepContext, keep } from './keep.ts'
import { collectMessages } from './messages.ts'
import type { CollectOptions } from './options.ts'
import { type Output, openOutputs } from './outputs.ts'

const { make } = collectMessages

/** What may wait on disk to be kept: an hour of a large cluster's events. */
const SPILL_BYTES = 4 * 1024 ** 3

/** How long webhooks may take for what they have been given, once the input has ended. */
const GRACE_MILLISECONDS = 10_000

/** Events on their way in. */
interface Input {
  readonly batches: AuditBatches
  /** Where a receiver listens. */
  readonly url?: string
  /** Lets no more in; what has come is still given. */
  readonly stop: () => Promise<void>
}

/**
 * `haetae audit collect`: events in, from files or API servers; secrets masked; out to files, webhooks and stores, until
 * the events end or the program is told to stop.
 *
 * @returns 3 where something could not be read, or was not kept or delivered
 * @throws UsageError
 */
export async function collectEvents(
  paths: readonly string[],
  options: CollectOptions,
  language: Language,
): Promise<ExitStatus> {
  const render = createRenderer([collectMessages, listenerMessages, ...LOG_MESSAGES], language)
  const tell = (text: string) => process.stderr.write(`${visible(text)}\n`)
  const note = options.quiet === true ? () => {} : tell
  const outputs = await openOutputs(options, (output, { kind, reason, events }) => {
    tell(render(kind === 'full' ? make.full({ output, events }) : make[kind]({ output, reason })))
  })
  const problems = createProblemList(render, options.quiet === true)
  let isKept = false
  try {
    const input = await openInput(paths, options, (message) => note(render(message)))
    if (input.url !== undefined) note(render(listenerMessages.make.listening({ address: input.url })))
    const stopping = new AbortController()
    const release = stopOnSignals({
      stop: () => {
        note(render(make.stopping({})))
        stopping.abort()
        void input.stop()
      },
      reload: () => {
        for (const { sink } of outputs) if ('reopen' in sink) void sink.reopen()
      },
    })
    const take = createTaker(options, problems.add)
    isKept = await keepAll(input.batches, take, outputs, { tell, render, stopping: stopping.signal })
    release()
  } finally {
    const flushed = await Promise.all(outputs.map((output) => flush(output, { tell, render })))
    isKept &&= flushed.every(Boolean)
    await Promise.all(outputs.map(({ sink }) => sink.close()))
  }
  problems.end()
  for (const line of outcome(outputs, options.stats === true)) tell(render(line))
  const isAll = outputs.every(({ sink }) => sink.stats().waitingBytes === 0 && sink.stats().dropped === 0)
  return isKept && isAll && problems.count === 0 ? EXIT.done : EXIT.incomplete
}

/** @returns false where events were not kept, since the program was to stop */
async function keepAll(
  batches: AuditBatches,
  take: (items: readonly AuditItem[]) => AuditEvent[],
  outputs: readonly Output[],
  context: KeepContext,
): Promise<boolean> {
  for await (const items of batches) {
    const events = take(items)
    const kept = await Promise.all(outputs.map((output) => keep(output, events, context)))
    // What waits on disk is not taken from there, and comes again with the next start.
    if (!kept.every((isKept) => isKept)) return false
  }
  return true
}

/** Makes what takes the events of a batch, secrets masked, and tells its problems. */
function createTaker(
  { redact: isRedacted }: CollectOptions,
  tellProblem: (problem: AuditProblem) => void,
): (items: readonly AuditItem[]) => AuditEvent[] {
  const redact = isRedacted ? createRedactor() : (event: AuditEvent) => event
  return (items) =>
    items.flatMap((item) => {
      if ('event' in item) return [redact(item.event)]
      tellProblem(item)
      return []
    })
}

/** @throws UsageError where the call names no input, or more than one */
async function openInput(
  paths: readonly string[],
  options: CollectOptions,
  note: (message: Message) => void,
): Promise<Input> {
  const { listen: address, follow = false, rotated = false, spill } = options
  if ((paths.length === 0) === (address === undefined))
    throw new UsageError('ERR_INPUT', make['one-input']({}), collectMessages)
  if (address !== undefined) {
    // With a folder, no event is acknowledged before it is on disk.
    const folder = spill === undefined ? undefined : join(spill, 'received')
    const queue = folder === undefined ? {} : { spill: { folder, maxBytes: SPILL_BYTES } }
    const { receiver, url } = await listen(address, options, queue)
    return { batches: receiver.batches, url, stop: () => receiver.close() }
  }
  const stopping = new AbortController()
  const { signal } = stopping
  const batches = readLogs(paths, { rotated, note, ...(follow && { follow: signal }) })
  const stop = async () => {
    stopping.abort()
    // A standard input that does not end would keep the process alive.
    if (paths.includes('-')) process.stdin.destroy()
  }
  return { batches: follow ? batches : stoppable(batches, signal), stop }
}

/** @returns false where the output says that it failed */
async function flush(
  { name: output, sink }: Output,
  { tell, render }: Pick<KeepContext, 'tell' | 'render'>,
): Promise<boolean> {
  try {
    await withinGrace(sink.flush())
    return true
  } catch (error) {
    if (!(error instanceof SinkError)) throw error
    tell(render(make['not-kept']({ output, reason: error.message })))
    return false
  }
}

async function withinGrace(flushing: Promise<void>): Promise<void> {
  const timer = new AbortController()
  const over = sleep(GRACE_MILLISECONDS, undefined, { signal: timer.signal }).catch(() => undefined)
  await Promise.race([flushing, over])
  timer.abort()
}

function outcome(outputs: readonly Output[], isCounted: boolean): Message[] {
  return outputs.flatMap(({ name: output, sink }) => {
    const { waitingBytes, ...counts } = sink.stats()
    return [
      ...(isCounted ? [make.kept({ output, ...counts })] : []),
      ...(waitingBytes > 0 ? [make.waiting({ output, bytes: waitingBytes })] : []),
    ]
  })
}
