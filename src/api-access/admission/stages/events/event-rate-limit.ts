import { LRUCache } from 'lru-cache'
import { fieldsOf, type KubernetesObject, stringOf } from '../../../../kubernetes/index.ts'
import { aggregated, tooManyRequests } from '../../refusals.ts'
import type { AdmissionRequest, AdmissionStage } from '../../stage.ts'
import type { EventLimit } from './limits.ts'
import { TokenBucket } from './token-bucket.ts'

/** Buckets that are kept of one limit where its configuration does not say. */
const DEFAULT_CACHE_SIZE = 4096

/**
 * "Mitigates the problem where the API server gets flooded by requests to store new Events" (Kubernetes documentation,
 * "EventRateLimit"). Each limit keeps a bucket for each of its keys; what was not used for longest is forgotten.
 */
export function createEventRateLimit(limits: readonly EventLimit[]): AdmissionStage {
  const enforcers = limits.map(createEnforcer)
  return {
    name: 'EventRateLimit',
    validate(request, { now }) {
      const { operation, kind, dryRun } = request
      if (operation !== 'CREATE' && operation !== 'UPDATE') return {}
      if (kind.group !== '' || kind.kind !== 'Event' || dryRun) return {}
      // Each limit is asked, so that each counts the event.
      const reached = enforcers.flatMap((enforcer) => enforcer(request, now()) ?? [])
      if (reached.length === 0) return {}
      return { refusal: tooManyRequests(`Too many requests: ${aggregated(reached)}`, 0) }
    },
  }
}

/** @returns takes an event, or says which limit it is over */
function createEnforcer({ type, qps, burst, cacheSize }: EventLimit) {
  const max = type === 'Server' ? 1 : cacheSize || DEFAULT_CACHE_SIZE
  const buckets = new LRUCache<string, TokenBucket>({ max })
  return (request: AdmissionRequest, now: number): string | undefined => {
    const key = KEYS[type](request)
    const bucket = buckets.get(key) ?? new TokenBucket(qps, burst, now)
    buckets.set(key, bucket)
    return bucket.take(now) ? undefined : `limit reached on type ${type} for key ${key}`
  }
}

const KEYS: Readonly<Record<EventLimit['type'], (request: AdmissionRequest) => string>> = {
  Server: () => '',
  Namespace: ({ namespace }) => namespace,
  User: ({ user }) => user.name,
  SourceAndObject: ({ object }) => (object === undefined ? '' : sourceAndObject(object)),
}

function sourceAndObject(event: KubernetesObject): string {
  const source = fieldsOf(event['source'])
  const involved = fieldsOf(event['involvedObject'])
  return [
    source['component'],
    source['host'],
    involved['kind'],
    involved['namespace'],
    involved['name'],
    involved['uid'],
    involved['apiVersion'],
  ]
    .map(stringOf)
    .join('')
}
