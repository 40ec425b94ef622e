import type { ClusterClient, KubernetesObject } from '../../../kubernetes/index.ts'

/** Which Lease is held, and by whom. */
export interface LeaseOptions {
  readonly namespace: string
  readonly name: string
  /** This replica, e.g. `haetae-admission-7d4b9_3f2c`. */
  readonly identity: string
  /** How long others wait after the last sign of life: 15. */
  readonly durationSeconds?: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Tells whether this replica leads. */
export interface LeaseHolder {
  /**
   * Takes the Lease where nobody holds it, or renews it. To be called several times within its duration.
   *
   * @returns whether it is held now
   * @throws ClusterError where the API server does not answer: then it is not held
   */
  tryHold(): Promise<boolean>
  /** Lets it go, so that another need not wait. */
  release(): Promise<void>
}

/**
 * Leader election as client-go does it (`tools/leaderelection`): a Lease that is written with the version that was
 * read, so that of two that want it one fails. Another's Lease counts as dead when it has not changed for its duration
 * by this replica's own clock: "clock skew … does not matter".
 */
export function leaseHolder(
  client: Pick<ClusterClient, 'request'>,
  { namespace, name, identity, durationSeconds = 15, now }: LeaseOptions,
): LeaseHolder {
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`
  const path = `${collection}/${encodeURIComponent(name)}`
  let seen = ''
  let seenAt = 0

  const spec = (holder: string, before: LeaseSpec | undefined) => {
    const time = new Date(now()).toISOString().replace('Z', '000Z')
    const isMine = before?.holderIdentity === holder
    return {
      holderIdentity: holder,
      leaseDurationSeconds: durationSeconds,
      acquireTime: isMine ? (before.acquireTime ?? time) : time,
      renewTime: time,
      leaseTransitions: (before?.leaseTransitions ?? 0) + (before === undefined || isMine ? 0 : 1),
    }
  }
  const write = async (method: 'POST' | 'PUT', metadata: object, holder: string, before?: LeaseSpec) => {
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { ...metadata, name, namespace },
      spec: spec(holder, before),
    }
    const { status } = await client.request({
      method,
      path: method === 'POST' ? collection : path,
      body,
      timeoutSeconds: durationSeconds / 2,
    })
    return status < 300
  }

  return {
    async tryHold() {
      const { status, body } = await client.request({ path, timeoutSeconds: durationSeconds / 2 })
      if (status === 404) return write('POST', {}, identity)
      if (status !== 200) return false
      const { metadata = {}, ...lease } = body as KubernetesObject
      const before = (lease['spec'] ?? {}) as LeaseSpec
      const version = metadata.resourceVersion ?? ''
      if (version !== seen) {
        seen = version
        seenAt = now()
      }
      const { holderIdentity = '' } = before
      const isDead = now() - seenAt > (before.leaseDurationSeconds ?? durationSeconds) * 1000
      if (holderIdentity !== identity && holderIdentity !== '' && !isDead) return false
      return write('PUT', { resourceVersion: version }, identity, before)
    },
    async release() {
      const { status, body } = await client.request({ path })
      if (status !== 200) return
      const { metadata = {}, ...lease } = body as KubernetesObject
      const before = (lease['spec'] ?? {}) as LeaseSpec
      if (before.holderIdentity !== identity) return
      await write('PUT', { resourceVersion: metadata.resourceVersion ?? '' }, '', before)
    },
  }
}

interface LeaseSpec {
  readonly holderIdentity?: string
  readonly leaseDurationSeconds?: number
  readonly acquireTime?: string
  readonly leaseTransitions?: number
}
