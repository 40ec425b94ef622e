import { existsSync } from 'node:fs'
import type { Container } from '../../kernel/container.ts'
import { listCriContainers } from './cri.ts'
import { listDockerContainers } from './docker.ts'

/** A container runtime's socket, and how it is asked. */
export interface RuntimeSocket {
  readonly path: string
  list(milliseconds: number): Promise<Container[]>
}

/** Where runtimes listen by default. */
const SOCKETS: readonly RuntimeSocket[] = [
  ...['/run/containerd/containerd.sock', '/run/k3s/containerd/containerd.sock'].map((path) => ({
    path,
    list: (milliseconds: number) => listCriContainers(path, 'containerd', milliseconds),
  })),
  {
    path: '/run/crio/crio.sock',
    list: (milliseconds) => listCriContainers('/run/crio/crio.sock', 'cri-o', milliseconds),
  },
  {
    path: '/run/docker.sock',
    list: (milliseconds) => listDockerContainers('/run/docker.sock', 'docker', milliseconds),
  },
  {
    path: '/run/podman/podman.sock',
    list: (milliseconds) => listDockerContainers('/run/podman/podman.sock', 'podman', milliseconds),
  },
]

/** The sockets that are here. @param further - one that is elsewhere, asked as containerd's is */
export function runtimeSockets(further?: string): readonly RuntimeSocket[] {
  const extra: readonly RuntimeSocket[] =
    further === undefined
      ? []
      : [
          {
            path: further,
            list: (milliseconds: number) => listCriContainers(further, 'containerd', milliseconds),
          },
        ]
  return [...extra, ...SOCKETS.filter(({ path }) => existsSync(path))]
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
  private readonly sockets: readonly RuntimeSocket[]
  private readonly tell: (containers: readonly Container[]) => void
  private asking: Promise<void> | undefined
  private isWanted = false
  private isClosed = false
  /** Those that were asked for and that no runtime knew, so that they are not asked for again and again. */
  private readonly unknown = new Map<string, number>()

  /** @param tell - given all containers whenever a runtime has answered */
  constructor(sockets: readonly RuntimeSocket[], tell: (containers: readonly Container[]) => void) {
    this.sockets = sockets
    this.tell = tell
  }

  /** Asks for a container that is not known. Answers at once. */
  want(id: string): void {
    const tries = this.unknown.get(id) ?? 0
    if (this.sockets.length === 0 || tries >= MOST_TRIES) return
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

  private async ask(): Promise<void> {
    while (this.isWanted && !this.isClosed) {
      this.isWanted = false
      const answers = await Promise.allSettled(this.sockets.map(({ list }) => list(ANSWER_MILLISECONDS)))
      const containers = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
      for (const { id } of containers) this.unknown.delete(id)
      this.tell(containers)
      if (this.isWanted) await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS).unref())
    }
  }
}

const MOST_TRIES = 10
const MOST_UNKNOWN = 10_000
