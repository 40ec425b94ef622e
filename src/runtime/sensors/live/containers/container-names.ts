import { readFile } from 'node:fs/promises'
import { type ClusterClient, ClusterError } from '../../../../kubernetes/index.ts'
import { errorText } from '../../../../messages/index.ts'
import type { Awaited, Container } from '../../kernel/container.ts'
import { ownerOfControlGroups } from '../../kernel/control-group-owner.ts'
import type { KernelState } from '../../kernel/kernel-state.ts'
import type { Thread } from '../../kernel/thread.ts'
import { ContainerAccounts } from './container-accounts.ts'
import { ContainerDirectory, type RuntimeSocket } from './directory.ts'
import { SurroundingsOfPods } from './pod-surroundings.ts'
import { PodsOfNode } from './pods-of-node.ts'

/** What is known of containers by now, and what is still to come. Ids have twelve digits. */
export interface KnownContainers {
  get(id: string): Container | undefined
  /** Asks for one that is not known. */
  want(id: string): void
  /** Undefined where nothing more is asked for. */
  awaited(id: string): Awaited | undefined
  /** Whether an answer is to be expected now. */
  isOpen(awaited: Awaited): boolean
}

/** Who is asked about containers. */
export interface ContainerSources {
  /** Container runtimes that are asked for the names of containers. */
  readonly runtimes: readonly RuntimeSocket[]
  /** The cluster that this node is of, where it is to be asked about pods. */
  readonly cluster?: Pick<ClusterClient, 'request'>
}

/** Containers whose users are known, at once. */
const MOST_ACCOUNTS = 10_000

/**
 * Names the containers of a machine, and their users. What is found is written into the state of the events, which never
 * wait for it.
 */
export class ContainerNames {
  readonly known: KnownContainers
  readonly #state: () => KernelState
  readonly #accounts: ContainerAccounts
  readonly #directory: ContainerDirectory
  #found: readonly Container[] = []

  /**
   * @param state - the one that the events are read into by now
   * @param clusterFailed - told once why the cluster says nothing about pods
   */
  constructor(
    { runtimes, cluster }: ContainerSources,
    state: () => KernelState,
    clusterFailed: (reason: string) => void,
  ) {
    this.#state = state
    this.#accounts = new ContainerAccounts((id, found) => {
      const { accounts } = state()
      if (accounts.size >= MOST_ACCOUNTS) accounts.clear()
      accounts.set(id, found)
    })
    let hasFailed = false
    const failed = (error: unknown) => {
      if (!hasFailed) clusterFailed(reasonOf(error))
      hasFailed = true
    }
    const directory = new ContainerDirectory(
      runtimes,
      (found) => {
        this.#found = found
        this.#learn()
      },
      cluster && {
        pods: new SurroundingsOfPods(cluster, failed),
        node: new PodsOfNode(cluster, () => readFile('/proc/sys/kernel/random/boot_id', 'utf8'), failed),
      },
    )
    this.#directory = directory
    this.known = {
      get: (id) => state().containers.get(id),
      want: (id) => directory.want({ id }),
      awaited: (id) => directory.awaited(id),
      isOpen: (awaited) => directory.isOpen(awaited),
    }
  }

  begin(): void {
    void this.#directory.refresh()
  }

  close(): void {
    this.#directory.close()
  }

  /** The state is another one from now on, with the processes that were there before. */
  enter(state: KernelState): void {
    this.#learn()
    for (const thread of threadsOfContainers(state)) this.want(thread)
  }

  /** Asks for what is not known of a thread's container. */
  want({ containerId: id, cgroups, pid }: Thread): void {
    if (id === 'host') return
    const { containers, accounts } = this.#state()
    if (!containers.has(id)) {
      const { podUid } = ownerOfControlGroups(cgroups)
      this.#directory.want({ id, ...(podUid !== null && { podUid }) })
    }
    if (!accounts.has(id)) this.#accounts.want(id, pid)
  }

  #learn(): void {
    const { containers } = this.#state()
    containers.clear()
    for (const container of this.#found) containers.set(container.id, container)
  }
}

/** One of each container. */
function threadsOfContainers(state: KernelState): Iterable<Thread> {
  const found = new Map<string, Thread>()
  for (const thread of state.threads.values())
    if (thread.containerId !== 'host' && !found.has(thread.containerId)) found.set(thread.containerId, thread)
  return found.values()
}

function reasonOf(error: unknown): string {
  if (error instanceof ClusterError) return error.code
  return errorText(error)
}
