import type { ClusterClient } from '../../../../kubernetes/index.ts'
import type { Container } from '../../kernel/container.ts'
import { containersOfPod, sharedByContainers, uidsOfPod } from './containers-of-pod.ts'
import { listAt, textAt } from './json.ts'

const ANSWER_SECONDS = 2
/** A node runs a few hundred pods at most; what is beyond these pages is left out. */
const PODS_A_PAGE = 500
const MOST_PAGES = 10
/** Nodes that were not found are looked for again after this. */
const LOOK_AGAIN_MILLISECONDS = 60_000

/** A container that runs here, and that no runtime knew. */
export interface WantedContainer {
  /** Twelve digits. */
  readonly id: string
  /** Its pod's, as the control group's path has it. */
  readonly podUid?: string
}

/**
 * The pods of this machine as the Kubernetes API knows them: what is told of containers where no runtime tells it. Which
 * node this is, the boot says: `status.nodeInfo.bootID` is the kernel's own (kubernetes, core/v1 NodeSystemInfo).
 */
export class PodsOfNode {
  private readonly client: Pick<ClusterClient, 'request'>
  private readonly bootId: () => Promise<string>
  private readonly failed: (error: unknown) => void
  private nodes: readonly string[] = []
  private lookedAt = Number.NEGATIVE_INFINITY

  /**
   * @param bootId - of this machine's kernel
   * @param failed - told when the cluster does not answer, or refuses
   */
  constructor(
    client: Pick<ClusterClient, 'request'>,
    bootId: () => Promise<string>,
    failed: (error: unknown) => void,
  ) {
    this.client = client
    this.bootId = bootId
    this.failed = failed
  }

  /**
   * Containers of this machine's pods. One that is wanted, and that the pod's status does not name yet, has what its pod's
   * uid tells: the pod, without a name of its own.
   *
   * @returns nothing where the cluster does not answer
   */
  async list(wanted: readonly WantedContainer[]): Promise<Container[]> {
    try {
      const pods: unknown[] = []
      for (const node of await this.nodesHere()) pods.push(...(await this.podsOf(node)))
      const named = pods.flatMap(containersOfPod)
      const known = new Set(named.map(({ id }) => id))
      const byUid = new Map(pods.flatMap((pod) => uidsOfPod(pod).map((uid) => [uid, pod] as const)))
      const unnamed = wanted.flatMap(({ id, podUid }) => {
        const pod = podUid === undefined || known.has(id) ? undefined : byUid.get(podUid)
        return pod === undefined
          ? []
          : [{ ...sharedByContainers(pod), id, fullId: id, name: '', type: '', created: 0 }]
      })
      return [...named, ...unnamed]
    } catch (error) {
      this.failed(error)
      return []
    }
  }

  /** Several nodes can share a kernel, as those of kind do. */
  private async nodesHere(): Promise<readonly string[]> {
    if (this.nodes.length > 0 || performance.now() - this.lookedAt < LOOK_AGAIN_MILLISECONDS)
      return this.nodes
    this.lookedAt = performance.now()
    const bootId = (await this.bootId()).trim()
    const all = await this.items('/api/v1/nodes?')
    this.nodes = all
      .filter((node) => textAt(node, 'status', 'nodeInfo', 'bootID') === bootId)
      .map((node) => textAt(node, 'metadata', 'name'))
    return this.nodes
  }

  private podsOf(node: string): Promise<readonly unknown[]> {
    return this.items(`/api/v1/pods?fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}&`)
  }

  /** @param path - with its query, to which a page is added */
  private async items(path: string): Promise<readonly unknown[]> {
    const found: unknown[] = []
    let next = ''
    for (let page = 0; page < MOST_PAGES; page++) {
      const { status, body } = await this.client.request({
        path: `${path}limit=${PODS_A_PAGE}${next && `&continue=${encodeURIComponent(next)}`}`,
        timeoutSeconds: ANSWER_SECONDS,
      })
      if (status !== 200) throw new Error(`${path}: ${textAt(body, 'message') || `HTTP ${status}`}`)
      found.push(...listAt(body, 'items'))
      next = textAt(body, 'metadata', 'continue')
      if (next === '') break
    }
    return found
  }
}
