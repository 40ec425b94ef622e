import { parseJson } from '../json.ts'
import type { Envelope } from './envelope.ts'

/**
 * A line of a container's log as Docker's json-file driver and log collectors write it: `{"log":"…","stream":"stdout",
 * "time":"…"}`, for an API server with `--audit-log-path=-`. Lines of its own log are left out.
 */
export const decodeContainerLog: Envelope = ({ log, stream }, open) => {
  if (typeof log !== 'string' || (stream !== 'stdout' && stream !== 'stderr')) return undefined
  const inner = log.startsWith('{') ? parseJson(log) : undefined
  return inner === undefined ? [] : open(inner)
}
