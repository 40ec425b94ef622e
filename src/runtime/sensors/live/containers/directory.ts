import { existsSync } from 'node:fs'
import type { Awaited, Container } from '../../kernel/container.ts'
import { criSocket } from './cri.ts'
import { dockerSocket } from './docker.ts'
import { ListQuestion, PAUSE_MILLISECONDS } from './list-question.ts'
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

/** A runtime is not waited for longer than this: an alert that waits for its answer has it yet. */
const ANSWER_MILLISECONDS = 4500
/** The cluster, which stands in for runtimes, does not wait longer for one that is slow. */
const STAND_IN_MILLISECONDS = 400
/** What is learned of pods one after the other is told together. */
const TOGETHER_MILLISECONDS = 10
const MOST_TRIES = 10
/** A container that was asked for so often in vain is asked for again after this. */
const LOOK_AGAIN_MILLISECONDS = 30_000
const MOST_UNKNOWN = 10_000

/** A container that was asked for and that nobody knew. */
interface Unknown {
  readonly tries: number
  readonly wanted: WantedContainer
  readonly askedAt: number
}

/**
 * What the runtimes of this machine say of their containers. Nobody waits for them: a container that is not known yet is
 * asked for, and told when the answer is there. Each answer is told as it comes, whoever else is slow.
 */
export class ContainerDirectory {
  private readonly runtimes: readonly ListQuestion[]
  /** What the cluster says in place of the runtimes. */
  private readonly cluster: ListQuestion | undefined
  private readonly tell: (containers: readonly Container[]) => void
  private readonly pods: SurroundingsOfPods | undefined
  /** By their ids, as they were told last. */
  private readonly known = new Map<string, Container>()
  private readonly unknown = new Map<string, Unknown>()
  private standIn: Promise<void> | undefined
  private again: NodeJS.Timeout | undefined
  private together: NodeJS.Timeout | undefined
  private isClosed = false

  /**
   * @param tell - given all containers whenever there is more to tell of one; those that their runtime did not list the last
   *   time, but the time before, are still among them, since events of them may still come
   * @param cluster - where there is one: asked for what is around their pods, and for containers that no runtime tells of
   */
  constructor(
    sockets: readonly Pick<RuntimeSocket, 'list' | 'listSandboxes'>[],
    tell: (containers: readonly Container[]) => void,
    cluster?: { readonly pods: SurroundingsOfPods; readonly node: Pick<PodsOfNode, 'list'> },
  ) {
    const lists = sockets.flatMap(({ list, listSandboxes }) =>
      listSandboxes === undefined ? [list] : [list, listSandboxes],
    )
    this.runtimes = lists.map(
      (list) =>
        new ListQuestion(
          async () => list(ANSWER_MILLISECONDS),
          (answer) => {
            for (const { id } of answer) this.unknown.delete(id)
            this.tellAll()
          },
        ),
    )
    this.pods = cluster?.pods
    this.cluster = cluster && this.questionOf(cluster.node)
    this.tell = tell
  }

  /**
   * Asks for a container that is not known. Answers at once. A runtime lists a container a moment after its program has
   * begun, and events of it may not come again: so it is asked until it knows the container, ever later.
   */
  want(wanted: WantedContainer): void {
    if (!this.hasSources || (this.again !== undefined && this.unknown.has(wanted.id))) return
    if (!this.mayTry(wanted)) return
    void this.refresh()
    this.askAgain()
  }

  /** What may still be told of a container, by its id of twelve digits; undefined where nothing is asked for any more. */
  awaited(id: string): Awaited | undefined {
    const unknown = this.unknown.get(id)
    if (unknown !== undefined) return unknown.tries < MOST_TRIES ? 'container' : undefined
    const container = this.known.get(id)
    if (container === undefined) return this.hasSources ? 'container' : undefined
    // What has been learned counts when it has been told.
    const isAwaited = this.pods?.isAwaited(container) === true || this.together !== undefined
    return isAwaited ? 'surroundings' : undefined
  }

  /** Whether an answer is to be expected now; not where who is asked gave none the last time. */
  isOpen(awaited: Awaited): boolean {
    if (awaited === 'surroundings') return this.pods?.isAnswering === true
    return this.standIn !== undefined || this.questions.some(({ isOpen }) => isOpen)
  }

  /** Asks all runtimes. @returns when they have answered, and the cluster as well where it is asked in their place */
  async refresh(): Promise<void> {
    const asked = Promise.all(this.runtimes.map((runtime) => runtime.ask()))
    if (this.cluster !== undefined) await this.askCluster(this.cluster, asked)
    await asked
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.again)
    clearTimeout(this.together)
    for (const question of this.questions) question.close()
  }

  private get questions(): readonly ListQuestion[] {
    return this.cluster === undefined ? this.runtimes : [...this.runtimes, this.cluster]
  }

  private get hasSources(): boolean {
    return this.runtimes.length > 0 || this.cluster !== undefined
  }

  private get missing(): readonly Unknown[] {
    return [...this.unknown.values()].filter(({ tries }) => tries < MOST_TRIES)
  }

  /** Those that were asked for in vain are not asked for again and again. */
  private mayTry(wanted: WantedContainer): boolean {
    const { id } = wanted
    const { tries = 0, askedAt = 0 } = this.unknown.get(id) ?? {}
    const now = performance.now()
    if (tries >= MOST_TRIES && now - askedAt < LOOK_AGAIN_MILLISECONDS) return false
    if (this.unknown.size >= MOST_UNKNOWN) this.unknown.clear()
    this.unknown.set(id, { tries: Math.min(tries + 1, MOST_TRIES), wanted, askedAt: now })
    return true
  }

  /** For what was asked for and is not known yet. */
  private askAgain(): void {
    const { missing } = this
    if (this.isClosed || this.again !== undefined || missing.length === 0) return
    const fewest = Math.min(...missing.map(({ tries }) => tries))
    this.again = setTimeout(() => {
      this.again = undefined
      const still = missing.filter(({ wanted }) => this.unknown.has(wanted.id))
      for (const { wanted } of still) this.mayTry(wanted)
      if (still.length > 0) void this.refresh()
      this.askAgain()
    }, PAUSE_MILLISECONDS * fewest).unref()
  }

  private questionOf(node: Pick<PodsOfNode, 'list'>): ListQuestion {
    return new ListQuestion(
      async () => {
        const found = await node.list(this.missing.map(({ wanted }) => wanted))
        if (found.length === 0) throw new Error('the cluster tells of no pod')
        return found
      },
      (answer) => {
        // Of one without a name the pod is known; what its own name is, the pod's status tells a moment later.
        for (const { id, name } of answer) if (name !== '') this.unknown.delete(id)
        this.tellAll()
      },
    )
  }

  /** For what no runtime knows; without any, for all. */
  private askCluster(cluster: ListQuestion, asked: Promise<unknown>): Promise<void> {
    this.standIn ??= this.untilLate(asked).then(async () => {
      this.standIn = undefined
      if (!this.isClosed && (this.runtimes.length === 0 || this.missing.length > 0)) await cluster.ask()
    })
    return this.standIn
  }

  private async untilLate(asked: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise((done) => {
      timer = setTimeout(done, STAND_IN_MILLISECONDS).unref()
    })
    await Promise.race([asked, late])
    clearTimeout(timer)
  }

  private tellAll(): void {
    this.known.clear()
    const { questions } = this
    for (const list of [...questions.map(({ answer }) => answer), ...questions.map(({ before }) => before)])
      for (const container of list) if (!this.known.has(container.id)) this.known.set(container.id, container)
    void this.pods?.learn([...this.known.values()], () => this.tellTogether())
    this.tellKnown()
  }

  private tellKnown(): void {
    const { pods } = this
    const containers = [...this.known.values()]
    this.tell(pods === undefined ? containers : containers.map((container) => pods.complete(container)))
  }

  private tellTogether(): void {
    if (this.isClosed) return
    this.together ??= setTimeout(() => {
      this.together = undefined
      this.tellKnown()
    }, TOGETHER_MILLISECONDS).unref()
  }
}
