import { type ContainerChoice, findContainerGroups, runtimeSockets } from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { detectMessages } from './messages.ts'

const { make } = detectMessages

/** Which container or pod of this machine is looked at; without either, all there is. */
export interface ContainerTarget {
  /** Id, the beginning of it, or name. */
  readonly container?: string
  /** NAMESPACE/NAME. */
  readonly pod?: string
  readonly containerRuntime?: string
}

/** The control groups of a container or a pod. */
export interface ContainerGroups {
  /** As they are now. */
  readonly cgroups: readonly string[]
  /** The processes that are in them now. */
  readonly processes: readonly number[]
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
 * @returns undefined where neither a container nor a pod is asked for
 * @throws UsageError where both are, or nothing of that name runs here
 */
export async function containerGroups(target: ContainerTarget): Promise<ContainerGroups | undefined> {
  const choice = choiceOf(target)
  if (choice === undefined) return undefined
  const find = () => findContainerGroups(choice, runtimeSockets(target.containerRuntime))
  const { cgroups, processes } = await find()
  const name = target.container ?? target.pod ?? ''
  if (cgroups.length === 0) throw usage('ERR_NO_CONTAINER', make['no-container']({ name }))
  return {
    cgroups,
    processes,
    follow: (add) => follow(async () => (await find()).cgroups, new Set(cgroups), add),
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
