import {
  type AuditBatches,
  followFile,
  inTimeOrder,
  readFiles,
  readStream,
} from '../../api-access/audit/index.ts'
import { type SensedAuditEvent, senseAuditEvents, senseDeliveries } from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { listen } from '../listener/listen.ts'
import { standardInput } from './heads.ts'
import { type Input, stoppableInput } from './inputs.ts'
import { detectMessages } from './messages.ts'
import type { DetectOptions } from './options.ts'

const { make } = detectMessages

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

function recordedInput(
  paths: readonly string[],
  { rotated = false }: DetectOptions,
): Input<SensedAuditEvent> {
  return stoppableInput(senseAuditEvents(recorded(inTimeOrder(paths), rotated)), paths)
}

async function* recorded(paths: readonly string[], rotated: boolean): AuditBatches {
  for (const path of paths)
    yield* path === '-' ? readStream(standardInput(), '-') : readFiles([path], { rotated })
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
