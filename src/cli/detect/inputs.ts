import { createReadStream } from 'node:fs'
import {
  type AuditBatches,
  type AuditReceiver,
  followFile,
  inTimeOrder,
  openReceiver,
  type ReceiverOptions,
  readFiles,
  readStream,
} from '../../api-access/audit/index.ts'
import {
  type SensedAuditEvent,
  type SensedSyscallEvent,
  type Sensor,
  senseAuditEvents,
  senseSyscallEvents,
} from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { readTextFile } from './files.ts'
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
}

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

/** @throws UsageError where the options do not name files */
export function openSyscallInput({ events, listen, follow }: DetectOptions): Input<SensedSyscallEvent> {
  if (listen !== undefined) throw usage('ERR_INPUT', make['listen-audit']({}))
  if (events === undefined) throw usage('ERR_INPUT', make['one-input']({}))
  if (follow === true) throw usage('ERR_INPUT', make['follow-one']({}))
  return stoppableInput(readInOrder(events), events)
}

async function* readInOrder(paths: readonly string[]): Sensor<SensedSyscallEvent> {
  for (const path of paths)
    yield* senseSyscallEvents(path === '-' ? process.stdin : createReadStream(path), path)
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

/** Ends between two batches, also while it waits for one. */
async function* stoppable<E>(sensor: Sensor<E>, signal: AbortSignal): Sensor<E> {
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const batches = sensor[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([batches.next(), stopped])
    if (next === undefined || next.done === true) return
    yield next.value
  }
}

async function listenInput(address: string, options: DetectOptions): Promise<Input<SensedAuditEvent>> {
  const receiver = await receive(address, options)
  const { host, port } = receiver.address
  const scheme = options.tlsCert === undefined ? 'http' : 'https'
  return {
    sensor: senseAuditEvents(receiver.batches, now),
    address: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${options.path}`,
    stop: () => receiver.close(),
    stats: () => receiver.stats(),
  }
}

async function receive(address: string, options: DetectOptions): Promise<AuditReceiver> {
  const given = receiverOptions(address, options)
  try {
    return await openReceiver(given)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw usage('ERR_LISTEN', make['cannot-listen']({ address, reason }))
  }
}

function receiverOptions(address: string, options: DetectOptions): ReceiverOptions {
  const { path, tlsCert, tlsKey, clientCa, tokenFile, spill } = options
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:]*)):(\d{1,5})$/.exec(address)
  if (match === null || Number(match[3]) > 65_535)
    throw usage('ERR_ADDRESS', make['bad-address']({ address }))
  if ((tlsCert === undefined) !== (tlsKey === undefined) || (clientCa !== undefined && tlsCert === undefined))
    throw usage('ERR_TLS', make['certificate-and-key']({}))
  return {
    host: match[1] ?? (match[2] || '0.0.0.0'),
    port: Number(match[3]),
    path,
    ...(tlsCert !== undefined &&
      tlsKey !== undefined && {
        tls: {
          certificate: readTextFile(tlsCert),
          key: readTextFile(tlsKey),
          ...(clientCa !== undefined && { clientCa: readTextFile(clientCa) }),
        },
      }),
    ...(tokenFile !== undefined && { token: readTextFile(tokenFile).trim() }),
    ...(spill !== undefined && { spill: { folder: spill, maxBytes: SPILL_BYTES } }),
  }
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n
}

function usage(code: string, message: UsageError['detail']): UsageError {
  return new UsageError(code, message, detectMessages)
}
