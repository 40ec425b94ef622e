import { Cancelled, spendOnText } from '../values/meter.ts'
import type { Result } from '../values/value.ts'

/** No expression makes a text longer than this, whatever its cost: requests are smaller. */
const MAX_TEXT = 10 * 1024 * 1024

/**
 * Makes a text of a length that is known before.
 *
 * @throws Cancelled where it would be too long
 */
export function boundedText(length: number, make: () => string): Result {
  if (length > MAX_TEXT) throw new Cancelled()
  spendOnText(length)
  return make()
}
