import { createReadStream } from 'node:fs'
import {
  isCapture,
  type KernelEvent,
  type SensedSyscallEvent,
  type Sensor,
  senseCapture,
  senseSyscallEvents,
} from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { stoppable } from '../stoppable.ts'
import { fileChunks } from './file-chunks.ts'
import { headOf, standardInput } from './heads.ts'
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
  const forms = await Promise.all(events.map(async (path) => isCapture(await headOf(path), path)))
  const captures = forms.filter((isOne) => isOne).length
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
  for (const path of paths) yield* sense(path === '-' ? standardInput() : open(path), path)
}

/** @param paths - where the events come from */
export function stoppableInput<E>(sensor: Sensor<E>, paths: readonly string[]): Input<E> {
  const stopping = new AbortController()
  const stop = async () => {
    stopping.abort()
    // A standard input that does not end would keep the process alive.
    if (paths.includes('-')) process.stdin.destroy()
  }
  return { sensor: stoppable(sensor, stopping.signal), stop }
}

function usage(code: string, message: UsageError['detail']): UsageError {
  return new UsageError(code, message, detectMessages)
}
