import { createReadStream } from 'node:fs'
import {
  type AuditBatches,
  followFile,
  inTimeOrder,
  readFiles,
  readStream,
} from '../../api-access/audit/index.ts'
import {
  isCapture,
  type KernelEvent,
  type SensedAuditEvent,
  type SensedSyscallEvent,
  type Sensor,
  senseAuditEvents,
  senseCapture,
  senseDeliveries,
  senseSyscallEvents,
} from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { listen } from '../listener/listen.ts'
import { stoppable } from '../stoppable.ts'
import { fileChunks } from './file-chunks.ts'
import { headOf } from './heads.ts'
import { detectMessages } from './messages.ts'
import type { DetectOptions } from './options.ts'

const { make } = detectMessages

/** Events on their way in. */
export interface Input<E> {
  readonly sensor: Sensor<E>
  /** Where a receiver listens. */
  readonly address?: string
  /** Lets no more in; what has come is still given. */
  stop(): Promise<void>
  /** Counters of the receiver. */
  stats?(): object
  /**
   * How many milliseconds alerts may wait in outputs until what raised them counts as done all the same. Where it is not
   * given: until they are delivered.
   */
  readonly patience?: number
  /** Called when nothing more is done. */
  release?(): Promise<void>
}

/** Where events are not on disk, their sender waits for its answer: an output that is down must not hold it up. */
const PATIENCE_MILLISECONDS = 1000

/** What may wait on disk for detection: an hour of a large cluster's events. */
const SPILL_BYTES = 4 * 1024 * 1024 * 1024

/** @throws UsageError where the options do not name one input */
export async function openAuditInput(options: DetectOptions): Promise<Input<SensedAuditEvent>> {
  const { events, listen, follow } = options
  if ((events === undefined) === (listen === undefined)) throw usage('ERR_INPUT', make['one-input']({}))
  if (listen !== undefined) return listenInput(listen, options)
  const paths = events ?? []
  if (follow !== true) return recordedInput(paths, options)
  const [path] = paths
  if (path === undefined || path === '-' || paths.length > 1) throw usage('ERR_INPUT', make['follow-one']({}))
  const stopping = new AbortController()
  const batches = followFile(path, { signal: stopping.signal })
  return { sensor: senseAuditEvents(batches, now), stop: async () => stopping.abort() }
}

/** System calls: as they lie in a capture of the kernel's events, or as fields. */
export type SyscallInput =
  | { readonly form: 'capture'; readonly input: Input<KernelEvent> }
  | { readonly form: 'fields'; readonly input: Input<SensedSyscallEvent> }

/** @throws UsageError where the options do not name files of one form */
export async function openSyscallInput({
  events,
  listen,
  follow,
}: Pick<DetectOptions, 'events' | 'listen' | 'follow'>): Promise<SyscallInput> {
  if (listen !== undefined) throw usage('ERR_INPUT', make['listen-audit']({}))
  if (events === undefined) throw usage('ERR_INPUT', make['one-input']({}))
  if (follow === true) throw usage('ERR_INPUT', make['follow-one']({}))
  const heads = await Promise.all(events.map(headOf))
  const captures = heads.filter(isCapture).length
  if (captures === 0)
    return {
      form: 'fields',
      input: stoppableInput(
        readInOrder(events, (path) => createReadStream(path), senseSyscallEvents),
        events,
      ),
    }
  if (captures < events.length) throw usage('ERR_INPUT', make['one-form']({}))
  return { form: 'capture', input: stoppableInput(readInOrder(events, fileChunks, senseCapture), events) }
}

async function* readInOrder<E>(
  paths: readonly string[],
  open: (path: string) => AsyncIterable<Buffer>,
  sense: (chunks: AsyncIterable<Buffer>, source: string) => Sensor<E>,
): Sensor<E> {
  for (const path of paths) yield* sense(path === '-' ? process.stdin : open(path), path)
}

function recordedInput(
  paths: readonly string[],
  { rotated = false }: DetectOptions,
): Input<SensedAuditEvent> {
  return stoppableInput(senseAuditEvents(recorded(inTimeOrder(paths), rotated)), paths)
}

function stoppableInput<E>(sensor: Sensor<E>, paths: readonly string[]): Input<E> {
  const stopping = new AbortController()
  const stop = async () => {
    stopping.abort()
    // A standard input that does not end would keep the process alive.
    if (paths.includes('-')) process.stdin.destroy()
  }
  return { sensor: stoppable(sensor, stopping.signal), stop }
}

async function* recorded(paths: readonly string[], rotated: boolean): AuditBatches {
  for (const path of paths)
    yield* path === '-' ? readStream(process.stdin, '-') : readFiles([path], { rotated })
}

async function listenInput(address: string, options: DetectOptions): Promise<Input<SensedAuditEvent>> {
  const { spill } = options
  // With a folder, no event is acknowledged before it is on disk.
  const queue = spill === undefined ? {} : { spill: { folder: spill, maxBytes: SPILL_BYTES } }
  const { receiver, url } = await listen(address, options, queue)
  return {
    sensor: senseDeliveries(receiver.deliveries, now),
    address: url,
    stop: () => receiver.close(),
    stats: () => receiver.stats(),
    release: () => receiver.release(),
    ...(spill === undefined && { patience: PATIENCE_MILLISECONDS }),
  }
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n
}

function usage(code: string, message: UsageError['detail']): UsageError {
  return new UsageError(code, message, detectMessages)
}
