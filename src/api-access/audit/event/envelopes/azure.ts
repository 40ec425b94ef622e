import { isRecord } from '../../../../kubernetes/index.ts'
import { parseJson } from '../json.ts'
import { auditEventMessages } from '../messages.ts'
import type { Envelope } from './envelope.ts'

/** The categories of AKS' resource logs that hold audit events (Azure documentation, "Monitor AKS", resource logs). */
const CATEGORIES = ['kube-audit', 'kube-audit-admin']

/**
 * AKS' diagnostic records, in storage accounts a line each, in Event Hubs as `{"records":[…]}` (Azure Monitor
 * documentation, "Azure resource logs"): `{"time","resourceId","category":"kube-audit","properties":{"log":"…"}}`,
 * where `log` is the API server's line. Records of other categories are left out.
 */
export const decodeAzureRecords: Envelope = (record, open) => {
  const { records, category, properties } = record
  if (Array.isArray(records)) return records.flatMap((entry) => open(entry))
  if (typeof category !== 'string' || !('properties' in record)) return undefined
  if (!CATEGORIES.includes(category.toLowerCase())) return []
  // Some exports write the properties as a text of JSON.
  const fields = typeof properties === 'string' ? parseJson(properties) : properties
  const log = isRecord(fields) ? fields['log'] : undefined
  const inner = typeof log === 'string' ? parseJson(log) : log
  if (inner === undefined)
    return [{ problem: auditEventMessages.make['broken-message']({ field: 'properties.log' }) }]
  return open(inner)
}
