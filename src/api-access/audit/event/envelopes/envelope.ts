import type { DecodedEvent } from '../decode-event.ts'
import type { JsonObject } from '../json.ts'

/**
 * Opens a managed cloud's log record.
 *
 * @param open - reads what stands inside the record, which may be a record again
 * @returns what it holds, empty where it holds no event by design; undefined for a record of another form
 */
export type Envelope = (
  record: JsonObject,
  open: (inner: unknown) => readonly DecodedEvent[],
) => readonly DecodedEvent[] | undefined
