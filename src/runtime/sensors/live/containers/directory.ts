import { existsSync } from 'node:fs'
import type { Container } from '../../kernel/container.ts'
import { criSocket } from './cri.ts'
import { dockerSocket } from './docker.ts'
import type { SurroundingsOfPods } from './pod-surroundings.ts'

/** A container runtime's socket, and how it is asked. */
export interface RuntimeSocket {
  readonly path: string
  /** Its running containers. @throws Error where it does not answer in time */
  list(milliseconds: number): Promise<Container[]>
  /** The sandboxes of its pods, where it has such. */
  listSandboxes?(milliseconds: number): Promise<Container[]>
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
  private asking: Promise<void> | undefined
  private isWanted = false
  private isClosed = false
  /** Those that were asked for and that no runtime knew, so that they are not asked for again and again. */
  private readonly unknown = new Map<string, number>()

  /**
   * @param tell - given all containers whenever a runtime has answered
   * @param pods - asked, where there is a cluster, for what is around their pods
   */
  constructor(
    sockets: readonly RuntimeSocket[],
    tell: (containers: readonly Container[]) => void,
    pods?: SurroundingsOfPods,
  ) {
    this.pods = pods
    this.questions = sockets.flatMap(({ list, listSandboxes }) =>
      listSandboxes === undefined ? [list] : [list, listSandboxes],
    )
    this.tell = tell
  }

  /** Asks for a container that is not known. Answers at once. */
  want(id: string): void {
    const tries = this.unknown.get(id) ?? 0
    if (this.questions.length === 0 || tries >= MOST_TRIES) return
    if (this.unknown.size >= MOST_UNKNOWN) this.unknown.clear()
    this.unknown.set(id, tries + 1)
    this.refresh()
  }

  /** Asks all runtimes. @returns when they have answered */
  refresh(): Promise<void> {
    this.isWanted = true
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined
    })
    return this.asking
  }

  close(): void {
    this.isClosed = true
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
      const containers = [...this.answers.values()].flat()
      for (const { id } of containers) this.unknown.delete(id)
      await this.tellWithPods(containers)
      if (this.isWanted) await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS).unref())
    }
  }
}

const MOST_TRIES = 10
/** Names of containers do not wait longer for a slow cluster. */
const CLUSTER_MILLISECONDS = 400
const MOST_UNKNOWN = 10_000
