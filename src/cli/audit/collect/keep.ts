import { setTimeout as sleep } from 'node:timers/promises'
import { type AuditEvent, SinkError } from '../../../api-access/audit/index.ts'
import type { Render } from '../../../messages/index.ts'
import { collectMessages } from './messages.ts'
import type { Output } from './outputs.ts'

const { make } = collectMessages

const RETRY_MILLISECONDS = 1000

export interface KeepContext {
  readonly tell: (text: string) => void
  readonly render: Render
  /** Once it is aborted, what fails is not tried again. */
  readonly stopping: AbortSignal
}

/**
 * Hands events to an output until it has them: input waits meanwhile, so that nothing is lost for a disk that is full for
 * a while. Where an output has a bound and has reached it, the events are dropped, and counted by the output.
 *
 * @returns false where the program is to stop and the events are not kept
 */
export async function keep(
  { name, sink }: Output,
  events: readonly AuditEvent[],
  { tell, render, stopping }: KeepContext,
): Promise<boolean> {
  let told = ''
  for (;;) {
    try {
      await sink.write(events)
      return true
    } catch (error) {
      if (!(error instanceof SinkError)) throw error
      // The output has counted them as dropped, and said so.
      if (error.code === 'ERR_SINK_FULL') return true
      const reason = error.message
      if (stopping.aborted) {
        tell(render(make['not-kept']({ output: name, reason })))
        return false
      }
      if (reason !== told) tell(render(make.failed({ output: name, reason })))
      told = reason
      await sleep(RETRY_MILLISECONDS, undefined, { signal: stopping }).catch(() => undefined)
    }
  }
}
