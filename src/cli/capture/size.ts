import { UsageError } from '../exit.ts'
import { captureMessages } from './messages.ts'

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }

/** @param text - `500KiB`, `100MiB`, `2GiB`, or bytes. @throws UsageError for what is no size */
export function bytesOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,12})(|KiB|MiB|GiB)$/.exec(text) ?? []
  const bytes = Number(number) * (UNITS[unit] ?? 0)
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes
  throw new UsageError('ERR_OPTION_VALUE', captureMessages.make['bad-size']({ value: text }), captureMessages)
}
