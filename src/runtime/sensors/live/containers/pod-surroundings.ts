import type { ClusterClient } from '../../../../kubernetes/index.ts'
import type { Container, NamedObject, PodSurroundings } from '../../kernel/container.ts'
import { fewAtATime } from './few-at-a-time.ts'
import { listAt, objectAt, textAt, textsAt } from './json.ts'

/** How long an answer is good for; labels may change. */
const POD_MILLISECONDS = 600_000
const NEIGHBOUR_MILLISECONDS = 60_000
const ANSWER_SECONDS = 5
/** More objects than one node's pods and their namespaces have are not kept. */
const MOST_KEPT = 20_000

interface Kept<T> {
  readonly value: Promise<T | undefined>
  readonly until: number
}

/**
 * What the Kubernetes API says of pods that run here: what made them, their namespaces and the services that select them.
 * Each object is asked for once in a while; nobody waits for it.
 *
 * @param failed - told when the cluster does not answer, or refuses
 */
export class SurroundingsOfPods {
  private readonly client: Pick<ClusterClient, 'request'>
  private readonly failed: (error: unknown) => void
  private readonly kept = new Map<string, Kept<unknown>>()
  private readonly known = new Map<string, PodSurroundings>()
  /** Pods that are asked for, for the first time or again after a failure. */
  private readonly awaitedPods = new Set<string>()
  private hasAnswered = true

  constructor(client: Pick<ClusterClient, 'request'>, failed: (error: unknown) => void) {
    this.client = client
    this.failed = failed
  }

  /**
   * Asks for the pods of these containers.
   *
   * @param learned - told of each pod of which nothing was known before, when there is nothing more to wait for
   * @returns when all have been answered, or have failed
   */
  async learn(containers: readonly Container[], learned: () => void = () => undefined): Promise<void> {
    const pods = new Set(containers.map(podOf))
    pods.delete('')
    for (const pod of this.known.keys()) if (!pods.has(pod)) this.known.delete(pod)
    for (const pod of pods) if (!this.known.has(pod) && !this.isKept(pod)) this.awaitedPods.add(pod)
    await fewAtATime([...pods], async (pod) => {
      try {
        const found = await this.surroundingsOf(pod)
        if (found !== undefined) this.known.set(pod, found)
      } finally {
        if (this.awaitedPods.delete(pod)) learned()
      }
    })
  }

  /** Whether the container's pod is asked for, and nothing is known of it yet. */
  isAwaited(container: Container): boolean {
    return this.awaitedPods.has(podOf(container))
  }

  /** Whether the cluster answered the last time. */
  get isAnswering(): boolean {
    return this.hasAnswered
  }

  /** The container, with what is known of its pod by now. */
  complete(container: Container): Container {
    const surroundings = this.known.get(podOf(container))
    return surroundings === undefined ? container : { ...container, surroundings }
  }

  private async surroundingsOf(path: string): Promise<PodSurroundings | undefined> {
    const pod = await this.get(`/api/v1/${path}`, POD_MILLISECONDS)
    if (pod === undefined) return undefined
    const [, name = ''] = path.split('/')
    const namespace = `/api/v1/namespaces/${name}`
    const [around, services, made] = await Promise.all([
      this.get(namespace, NEIGHBOUR_MILLISECONDS),
      this.get(`${namespace}/services`, NEIGHBOUR_MILLISECONDS),
      this.makersOf(pod, name),
    ])
    const labels = textsAt(pod, 'metadata', 'labels')
    return {
      pod: named(pod),
      ...(around !== undefined && { namespace: named(around) }),
      ...made,
      services: listAt(services, 'items')
        .filter((service) => selects(textsAt(service, 'spec', 'selector'), labels))
        .map(named),
    }
  }

  private async makersOf(pod: unknown, namespace: string) {
    const apps = `/apis/apps/v1/namespaces/${namespace}`
    const owner = controllerOf(pod)
    if (owner?.kind === 'ReplicationController') {
      const path = `/api/v1/namespaces/${namespace}/replicationcontrollers/${owner.name}`
      const found = await this.get(path, POD_MILLISECONDS)
      return found === undefined ? {} : { replicationController: named(found) }
    }
    if (owner?.kind !== 'ReplicaSet') return {}
    const replicaSet = await this.get(`${apps}/replicasets/${owner.name}`, POD_MILLISECONDS)
    if (replicaSet === undefined) return {}
    const above = controllerOf(replicaSet)
    const deployment =
      above?.kind === 'Deployment'
        ? await this.get(`${apps}/deployments/${above.name}`, POD_MILLISECONDS)
        : undefined
    return {
      replicaSet: named(replicaSet),
      ...(deployment !== undefined && { deployment: named(deployment) }),
    }
  }

  private isKept(pod: string): boolean {
    return (this.kept.get(`/api/v1/${pod}`)?.until ?? 0) > performance.now()
  }

  /** @returns undefined where the cluster does not give it; that, too, is kept for a while */
  private get(path: string, milliseconds: number): Promise<unknown> {
    const kept = this.kept.get(path)
    const now = performance.now()
    if (kept !== undefined && kept.until > now) return kept.value
    if (this.kept.size >= MOST_KEPT) this.kept.clear()
    const value = this.ask(path)
    this.kept.set(path, { value, until: now + milliseconds })
    void value.then((found) => {
      if (found === undefined) this.kept.set(path, { value, until: now + NEIGHBOUR_MILLISECONDS })
    })
    return value
  }

  private async ask(path: string): Promise<unknown> {
    try {
      const { status, body } = await this.client.request({ path, timeoutSeconds: ANSWER_SECONDS })
      this.hasAnswered = true
      if (status === 200) return body
      // A pod that is gone again is nothing to tell of.
      if (status !== 404) this.failed(new Error(`${path}: ${textAt(body, 'message') || `HTTP ${status}`}`))
    } catch (error) {
      this.hasAnswered = false
      this.failed(error)
    }
    return undefined
  }
}

/** `namespaces/shop/pods/web-1`; empty for a container that is of no pod. */
function podOf({ labels }: Container): string {
  const namespace = labels.get('io.kubernetes.pod.namespace')
  const name = labels.get('io.kubernetes.pod.name')
  if (namespace === undefined || name === undefined) return ''
  return `namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`
}

function named(object: unknown): NamedObject {
  const metadata = objectAt(object, 'metadata')
  return { name: textAt(metadata, 'name'), uid: textAt(metadata, 'uid'), labels: textsAt(metadata, 'labels') }
}

/** What made the object, and will make it again. */
function controllerOf(object: unknown): { readonly kind: string; readonly name: string } | undefined {
  const owner = listAt(object, 'metadata', 'ownerReferences').find(
    (each) => objectAt(each)?.['controller'] === true,
  )
  if (owner === undefined) return undefined
  return { kind: textAt(owner, 'kind'), name: encodeURIComponent(textAt(owner, 'name')) }
}

/** A service without a selector selects no pods. */
function selects(selector: ReadonlyMap<string, string>, labels: ReadonlyMap<string, string>): boolean {
  return selector.size > 0 && [...selector].every(([name, value]) => labels.get(name) === value)
}
