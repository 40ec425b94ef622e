import { isRecord } from '../../../kubernetes/index.ts'
import { type JsonObject, stringAt } from './json.ts'

/**
 * An event of v1beta1 or v1alpha1 as one of v1. Both had `metadata` and `timestamp`, which v1 dropped for
 * `stageTimestamp` and `requestReceivedTimestamp`; where those are absent the old ones stand in, as when the API
 * server reads v1alpha1. There `objectRef.apiVersion` was `group/version`.
 */
export function toV1(event: JsonObject, apiVersion: string): JsonObject {
  const { metadata, timestamp, ...rest } = event
  const created = isRecord(metadata) ? stringAt(metadata, 'creationTimestamp') : undefined
  const stageTimestamp = event['stageTimestamp'] ?? created
  const received = event['requestReceivedTimestamp'] ?? timestamp
  const reference = event['objectRef']
  return {
    ...rest,
    ...(stageTimestamp !== undefined && { stageTimestamp }),
    ...(received !== undefined && { requestReceivedTimestamp: received }),
    ...(apiVersion.endsWith('/v1alpha1') && isRecord(reference) && { objectRef: splitGroup(reference) }),
  }
}

/** "In fact it should always contain a `/`": `apps/v1` becomes apiGroup `apps`, apiVersion `v1`. */
function splitGroup(reference: JsonObject): JsonObject {
  const groupVersion = stringAt(reference, 'apiVersion')
  const slash = groupVersion?.lastIndexOf('/') ?? -1
  if (groupVersion === undefined || slash < 0) return reference
  return { ...reference, apiGroup: groupVersion.slice(0, slash), apiVersion: groupVersion.slice(slash + 1) }
}
