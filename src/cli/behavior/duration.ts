import { UsageError } from '../exit.ts'
import { behaviorMessages } from './messages.ts'

const { make } = behaviorMessages

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }
/** A timer of Node.js takes no more. */
const LONGEST = 24 * 3_600_000

/** @param text - `30s`, `5m`, `1h`, at most a day. @throws UsageError for what is no duration */
export function millisecondsOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})(s|m|h)$/.exec(text) ?? []
  const milliseconds = Number(number) * (UNITS[unit] ?? 0)
  if (milliseconds > 0 && milliseconds <= LONGEST) return milliseconds
  throw new UsageError('ERR_OPTION_VALUE', make['bad-duration']({ value: text }), behaviorMessages)
}
