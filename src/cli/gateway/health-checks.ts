import { atMostEvery, type HealthCheck } from '../../api-access/gateway/index.ts'
import type { ClusterClient, WatchedObjects } from '../../kubernetes/index.ts'

/** What the gate's health depends on. */
export interface HealthSources {
  readonly trail: { readonly isReady: boolean }
  /** Of the cluster behind. */
  readonly client: Pick<ClusterClient, 'request'>
  /** Whether the gate listens, and is not about to close. */
  readonly isOpen: () => boolean
  readonly objects: Pick<WatchedObjects, 'isComplete'>
  /** The types of objects that are watched. */
  readonly types: readonly Parameters<WatchedObjects['isComplete']>[0][]
}

/** Between two questions to the API server behind, however often the gate is asked. */
const UPSTREAM_MILLISECONDS = 1000

/** What `/livez` and `/readyz` of the gate look at. */
export function healthChecks({ trail, client, isOpen, objects, types }: HealthSources): HealthCheck[] {
  const answers = async () => (await client.request({ path: '/version', timeoutSeconds: 5 })).status === 200
  return [
    { name: 'ping', live: true, isHealthy: () => true },
    { name: 'audit', live: false, isHealthy: () => trail.isReady },
    { name: 'shutdown', live: false, isHealthy: isOpen },
    { name: 'upstream', live: false, isHealthy: atMostEvery(UPSTREAM_MILLISECONDS, answers) },
    {
      name: 'objects',
      live: false,
      isHealthy: () => types.every((type) => objects.isComplete(type)),
    },
  ]
}
