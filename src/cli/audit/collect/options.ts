import { UsageError } from '../../exit.ts'
import type { ListenerOptions } from '../../listener/listen.ts'
import { collectMessages } from './messages.ts'

/** The options of `haetae audit collect`, as commander gives them. */
export interface CollectOptions extends ListenerOptions {
  readonly follow?: boolean
  readonly rotated?: boolean
  readonly listen?: string
  readonly output: readonly string[]
  readonly spill?: string
  readonly redact: boolean
  readonly chain?: boolean
  readonly key?: string
  readonly maxSize: string
  readonly maxAge?: string
  readonly maxBackups?: string
  readonly compress?: boolean
  readonly batchSize: string
  readonly batchWait: string
  readonly qps: string
  readonly stats?: boolean
  readonly quiet?: boolean
}

/** @throws UsageError for what is no number over 0 */
export function numberOf(option: string, value: string): number {
  const number = Number(value)
  if (/^[0-9]+(?:\.[0-9]+)?$/.test(value) && number > 0) return number
  const message = collectMessages.make['bad-number']({ option, value })
  throw new UsageError('ERR_OPTION_VALUE', message, collectMessages)
}
