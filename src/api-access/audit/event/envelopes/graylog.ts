import { isRecord } from '../../../../kubernetes/index.ts'
import { parseJson } from '../json.ts'
import { auditEventMessages } from '../messages.ts'
import type { Envelope } from './envelope.ts'

/**
 * GELF, the form in which OVHcloud's Logs Data Platform hands on the audit log of its managed clusters (GELF
 * payload specification, "short_message"), plain or as the text `message` of the platform's live tail.
 */
export const decodeGraylogMessage: Envelope = (record, open) => {
  const { message, short_message: text } = record
  if (typeof text === 'string') {
    const inner = parseJson(text)
    if (inner !== undefined) return open(inner)
    return [{ problem: auditEventMessages.make['broken-message']({ field: 'short_message' }) }]
  }
  const tailed = typeof message === 'string' ? parseJson(message) : undefined
  return isRecord(tailed) && 'short_message' in tailed ? open(tailed) : undefined
}
