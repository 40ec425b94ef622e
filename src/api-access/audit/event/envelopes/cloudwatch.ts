import { isRecord } from '../../../../kubernetes/index.ts'
import { parseJson } from '../json.ts'
import { auditEventMessages } from '../messages.ts'
import type { Envelope } from './envelope.ts'

/**
 * EKS writes its audit log to CloudWatch Logs, from where it comes in several forms (Amazon CloudWatch Logs
 * documentation):
 * - "Log group-level subscription filters": `{"messageType":"DATA_MESSAGE","logEvents":[{"id","timestamp","message"}]}`;
 *   "CONTROL_MESSAGE" only checks whether the destination is reachable;
 * - API reference, `FilterLogEvents` and `GetLogEvents`: `{"events":[{"timestamp","message","ingestionTime"}]}`;
 * - one such event alone, or a row of Logs Insights with `@message`.
 *
 * A group's other streams (`authenticator-…`, `kube-scheduler-…`) hold plain text, which is left out.
 */
export const decodeCloudWatchLogs: Envelope = (record, open) => {
  if (record['messageType'] === 'CONTROL_MESSAGE') return []
  const list = record['logEvents'] ?? record['events']
  if (Array.isArray(list) && list.every((entry) => isRecord(entry) && typeof entry['message'] === 'string'))
    return list.flatMap((entry) => open(entry))
  const message = record['message'] ?? record['@message']
  if (typeof message !== 'string' || !isLogEvent(record)) return undefined
  // Every line of the audit stream is a JSON object; of the others none is.
  if (!message.trimStart().startsWith('{')) return []
  const inner = parseJson(message)
  if (inner === undefined)
    return [{ problem: auditEventMessages.make['broken-message']({ field: 'message' }) }]
  return open(inner)
}

const LOG_EVENT_FIELDS = ['timestamp', 'ingestionTime', 'eventId', 'id', '@timestamp', '@message', '@ptr']

function isLogEvent(record: Readonly<Record<string, unknown>>): boolean {
  return LOG_EVENT_FIELDS.some((field) => field in record)
}
