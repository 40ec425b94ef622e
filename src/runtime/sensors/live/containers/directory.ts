import { existsSync } from 'node:fs'
import type { Container } from '../../kernel/container.ts'
import { criSocket } from './cri.ts'
import { dockerSocket } from './docker.ts'
import type { SurroundingsOfPods } from './pod-surroundings.ts'
import type { PodsOfNode, WantedContainer } from './pods-of-node.ts'

/** What a container starts with; empty where the runtime does not say. */
export interface ContainerCommand {
  /** `ENTRYPOINT` and `CMD` of its image, put together. */
  readonly ofImage: readonly string[]
  /** What its runtime was told to start. */
  readonly told: readonly string[]
}

/** A container runtime's socket, and how it is asked. */
export interface RuntimeSocket {
  readonly path: string
  /** Its running containers. @throws Error where it does not answer in time */
  list(milliseconds: number): Promise<Container[]>
  /** The sandboxes of its pods, where it has such. */
  listSandboxes?(milliseconds: number): Promise<Container[]>
  /** @throws Error where it does not answer in time, or knows no such container or image */
  commandOf(container: Container, milliseconds: number): Promise<ContainerCommand>
}

/** The sockets of the runtimes that are here. @param further - one that is elsewhere, asked as containerd's is */
export function runtimeSockets(further?: string): readonly RuntimeSocket[] {
  const extra = further === undefined ? [] : [criSocket(further, 'containerd')]
  return [...extra, ...USUAL.filter(([path]) => existsSync(path)).map(([, open]) => open())]
}

/** Where runtimes listen by default. */
const USUAL: readonly (readonly [path: string, open: () => RuntimeSocket])[] = [
  at('/run/containerd/containerd.sock', (path) => criSocket(path, 'containerd')),
  at('/run/k3s/containerd/containerd.sock', (path) => criSocket(path, 'containerd')),
  at('/run/crio/crio.sock', (path) => criSocket(path, 'cri-o')),
  at('/run/docker.sock', (path) => dockerSocket(path, 'docker')),
  at('/run/podman/podman.sock', (path) => dockerSocket(path, 'podman')),
]

function at(path: string, open: (path: string) => RuntimeSocket): readonly [string, () => RuntimeSocket] {
  return [path, () => open(path)]
}

/** A slow runtime is asked again only when it has answered, and not longer waited for than this. */
const ANSWER_MILLISECONDS = 2000
/** Between two questions, however many containers begin. */
const PAUSE_MILLISECONDS = 200

/**
 * What the runtimes of this machine say of their containers. Nobody waits for them: a container that is not known yet is
 * asked for, and told when the answer is there.
 */
export class ContainerDirectory {
  private readonly questions: readonly RuntimeSocket['list'][]
  /** The last ones: a runtime that does not answer now has not lost its containers. */
  private readonly answers = new Map<RuntimeSocket['list'], readonly Container[]>()
  private readonly tell: (containers: readonly Container[]) => void
  private readonly pods: SurroundingsOfPods | undefined
  private readonly node: Pick<PodsOfNode, 'list'> | undefined
  /** What the cluster said in place of the runtimes. */
  private ofCluster: readonly Container[] = []
  private asking: Promise<void> | undefined
  private again: NodeJS.Timeout | undefined
  private isWanted = false
  private isClosed = false
  /** Those that were asked for and that no runtime knew, so that they are not asked for again and again. */
  private readonly unknown = new Map<string, { tries: number; readonly wanted: WantedContainer }>()

  /**
   * @param tell - given all containers whenever a runtime has answered
   * @param cluster - where there is one: asked for what is around their pods, and for containers that no runtime tells of
   */
  constructor(
    sockets: readonly Pick<RuntimeSocket, 'list' | 'listSandboxes'>[],
    tell: (containers: readonly Container[]) => void,
    cluster?: { readonly pods: SurroundingsOfPods; readonly node: Pick<PodsOfNode, 'list'> },
  ) {
    this.pods = cluster?.pods
    this.node = cluster?.node
    this.questions = sockets.flatMap(({ list, listSandboxes }) =>
      listSandboxes === undefined ? [list] : [list, listSandboxes],
    )
    this.tell = tell
  }

  /**
   * Asks for a container that is not known. Answers at once. A runtime lists a container a moment after its program has
   * begun, and events of it may not come again: so it is asked until it knows the container, ever later.
   */
  want(wanted: WantedContainer): void {
    if (this.questions.length === 0 && this.node === undefined) return
    const isAsked = this.asking !== undefined || this.again !== undefined
    if ((isAsked && this.unknown.has(wanted.id)) || !this.mayTry(wanted)) return
    this.refresh()
  }

  private mayTry(wanted: WantedContainer): boolean {
    const { id } = wanted
    const tries = (this.unknown.get(id)?.tries ?? 0) + 1
    if (tries > MOST_TRIES) return false
    if (this.unknown.size >= MOST_UNKNOWN) this.unknown.clear()
    this.unknown.set(id, { tries, wanted })
    return true
  }

  /** Asks all runtimes. @returns when they have answered */
  refresh(): Promise<void> {
    this.isWanted = true
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined
      this.askAgain()
    })
    return this.asking
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.again)
  }

  /** For what was asked for and is not known yet. */
  private askAgain(): void {
    const missing = [...this.unknown.values()].filter(({ tries }) => tries < MOST_TRIES)
    if (this.isClosed || this.again !== undefined || missing.length === 0) return
    const fewest = Math.min(...missing.map(({ tries }) => tries))
    this.again = setTimeout(() => {
      this.again = undefined
      for (const { wanted } of missing) if (this.unknown.has(wanted.id)) this.mayTry(wanted)
      void this.refresh()
    }, PAUSE_MILLISECONDS * fewest).unref()
  }

  /** Together with what the cluster says, where that comes soon; else that follows. */
  private async tellWithPods(containers: readonly Container[]): Promise<void> {
    const { pods } = this
    if (pods === undefined) return this.tell(containers)
    const complete = () => this.tell(containers.map((container) => pods.complete(container)))
    const learning = pods.learn(containers).then(() => true)
    const soon = new Promise<false>((done) => setTimeout(() => done(false), CLUSTER_MILLISECONDS).unref())
    const isComplete = await Promise.race([learning, soon])
    if (!this.isClosed) complete()
    if (!isComplete) void learning.then(() => (this.isClosed ? undefined : complete()))
  }

  private async ask(): Promise<void> {
    while (this.isWanted && !this.isClosed) {
      this.isWanted = false
      await Promise.allSettled(
        this.questions.map(async (ask) => this.answers.set(ask, await ask(ANSWER_MILLISECONDS))),
      )
      const told = [...this.answers.values()].flat()
      for (const { id } of told) this.unknown.delete(id)
      const containers = [...told, ...(await this.askCluster(told))]
      await this.tellWithPods(containers)
      if (this.isWanted) await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS).unref())
    }
  }

  /** For what no runtime knows; without any, for all. */
  private async askCluster(told: readonly Container[]): Promise<readonly Container[]> {
    if (this.node === undefined) return []
    const missing = [...this.unknown.values()].filter(({ tries }) => tries < MOST_TRIES)
    if (missing.length > 0 || this.questions.length === 0) {
      const found = await this.node.list(missing.map(({ wanted }) => wanted))
      if (found.length > 0) this.ofCluster = found
      for (const { id, name } of this.ofCluster) {
        const one = this.unknown.get(id)
        // Its pod is known; what its own name is, the pod's status tells a moment later.
        if (one === undefined || name !== '') this.unknown.delete(id)
        else if (this.mayTry(one.wanted)) this.isWanted = true
      }
    }
    const known = new Set(told.map(({ id }) => id))
    return this.ofCluster.filter(({ id }) => !known.has(id))
  }
}

const MOST_TRIES = 10
/** Names of containers do not wait longer for a slow cluster. */
const CLUSTER_MILLISECONDS = 400
const MOST_UNKNOWN = 10_000
