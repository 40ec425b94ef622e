import {
  type ContainerChoice,
  findContainerGroups,
  type PodOfApi,
  runtimeSockets,
} from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { type PodByApi, type PodSearch, podByApi, podNotFound } from '../workload/pod-by-api.ts'
import { detectMessages } from './messages.ts'

const { make } = detectMessages

/** Which container or pod of this machine is looked at; without either, all there is. */
export interface ContainerTarget {
  /** Id, the beginning of it, or name. */
  readonly container?: string
  /** NAMESPACE/NAME. */
  readonly pod?: string
  readonly containerRuntime?: string
  /** Of the cluster that is asked for the pod where no runtime knows it. */
  readonly kubeconfig?: string
  readonly context?: string
}

/** The control groups of a container or a pod. */
export interface ContainerGroups {
  /** As they are now. */
  readonly cgroups: readonly string[]
  /** The processes that are in them now. */
  readonly processes: readonly number[]
  /** Processes of the machine in the same groups, that are not to be looked at: see `findContainerGroups`. */
  readonly monitors: readonly number[]
  /**
   * Looks for further ones until it is ended: a container of the pod may be started anew.
   *
   * @param add - told of those that were not there before
   * @returns what ends it
   */
  follow(add: (cgroups: readonly string[]) => void): () => void
}

const LOOK_MILLISECONDS = 2000

/**
 * Finds the control groups that the kernel is to look at.
 *
 * @param runtimes - that are asked, at each look
 * @returns undefined where neither a container nor a pod is asked for
 * @throws UsageError where both are, or nothing of that name runs here
 */
export async function containerGroups(
  target: ContainerTarget,
  runtimes = () => runtimeSockets(target.containerRuntime),
): Promise<ContainerGroups | undefined> {
  const choice = choiceOf(target)
  if (choice === undefined) return undefined
  const api = 'pod' in choice ? await podByApi(choice.pod, target) : undefined
  const find = (ask: PodByApi['ask'] | undefined) => findContainerGroups(choice, runtimes(), ask)
  /** As the API knew the pod the last time. */
  let known: PodOfApi | undefined
  try {
    const found = await find(api?.ask)
    const { cgroups, processes, monitors } = found
    known = found.pod
    if (cgroups.length === 0) throw nothingFound(choice, { ...found, isApiAsked: api !== undefined })
    return {
      cgroups,
      processes,
      monitors,
      follow(add) {
        const unfollow = follow(async () => (await find(api && askAgain)).cgroups, new Set(cgroups), add)
        return () => {
          unfollow()
          api?.close()
        }
      },
    }
  } catch (error) {
    api?.close()
    throw error
  }

  /** By what is known of the pod its new containers are found, even while the API does not answer. */
  async function askAgain(): Promise<PodOfApi | undefined> {
    try {
      known = await api?.ask()
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
    }
    return known
  }
}

function follow(
  find: () => Promise<readonly string[]>,
  known: Set<string>,
  add: (cgroups: readonly string[]) => void,
): () => void {
  let isEnded = false
  let timer = setTimeout(look, LOOK_MILLISECONDS)
  return () => {
    isEnded = true
    clearTimeout(timer)
  }

  async function look(): Promise<void> {
    const further = (await find()).filter((group) => !known.has(group))
    if (isEnded) return
    for (const group of further) known.add(group)
    if (further.length > 0) add(further)
    timer = setTimeout(look, LOOK_MILLISECONDS)
  }
}

function nothingFound(choice: ContainerChoice, search: PodSearch): UsageError {
  if ('pod' in choice) return podNotFound(choice.pod, search)
  const { hasAnswered } = search
  return usage('ERR_NO_CONTAINER', make['no-container']({ name: choice.container, hasAnswered }))
}

function choiceOf({ container, pod }: ContainerTarget): ContainerChoice | undefined {
  if (container !== undefined && pod !== undefined) throw usage('ERR_TARGET', make['one-container']({}))
  if (container !== undefined) return { container }
  if (pod === undefined) return undefined
  const [namespace = '', name = '', ...more] = pod.split('/')
  if (namespace === '' || name === '' || more.length > 0)
    throw usage('ERR_TARGET', make['bad-pod']({ name: pod }))
  return { pod: { namespace, name } }
}

function usage(code: string, message: UsageError['detail']): UsageError {
  return new UsageError(code, message, detectMessages)
}
