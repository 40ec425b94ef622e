import { type ContainerProcess, findContainerProcesses } from '../../runtime/behavior/index.ts'
import { type Container, runtimeSockets } from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { workloadMessages } from './messages.ts'

const { make } = workloadMessages

/** A container whose processes run on this machine. */
export interface RunningContainer {
  /** Sixty-four digits. */
  readonly id: string
  readonly pids: readonly number[]
  readonly podUid: string | null
  /** What its runtime says of it, where one was asked and knew it. */
  readonly known?: Container
}

/** Labels by which the kubelet tells the runtime what it runs (kubernetes, pkg/kubelet/types/labels.go). */
const LABELS = {
  pod: 'io.kubernetes.pod.name',
  namespace: 'io.kubernetes.pod.namespace',
  container: 'io.kubernetes.container.name',
} as const

/** A runtime that does not answer by then is left out. */
const ANSWER_MILLISECONDS = 3000

/** Which containers are meant. */
export interface ContainerChoice {
  /** The beginning of its id. */
  readonly container?: string
  /** NAMESPACE/NAME. */
  readonly pod?: string
  /** The container's name in the pod. */
  readonly name?: string
  /** Socket of a runtime that is none of the usual ones. */
  readonly containerRuntime?: string
}

/**
 * The containers that are chosen, with their processes.
 *
 * @param proc - where the proc file system is mounted
 * @throws UsageError where there is none
 */
export async function findContainers(
  { container, pod, name, containerRuntime }: ContainerChoice,
  proc: string,
): Promise<readonly RunningContainer[]> {
  const running = groupByContainer(await findContainerProcesses(proc))
  const known = await askRuntimes(containerRuntime)
  const withNames = running.map((each): RunningContainer => {
    const found = known.containers.get(each.id)
    return found === undefined ? each : { ...each, known: found }
  })
  if (container !== undefined) {
    const found = withNames.filter(({ id }) => id.startsWith(container.toLowerCase()))
    if (container.length >= 3 && found.length > 0) return found
    throw new UsageError(
      'ERR_NO_SUCH_CONTAINER',
      make['no-such-container']({ id: container }),
      workloadMessages,
    )
  }
  if (pod === undefined) return withNames
  const [namespace, podName, ...rest] = pod.split('/')
  if (!namespace || !podName || rest.length > 0)
    throw new UsageError('ERR_OPTION_VALUE', make['bad-pod']({ pod }), workloadMessages)
  const found = withNames.filter(
    ({ known: one }) =>
      one?.labels.get(LABELS.pod) === podName &&
      one.labels.get(LABELS.namespace) === namespace &&
      (name === undefined || containerName(one) === name),
  )
  if (found.length > 0) return found
  const reason = known.hasAnswered ? make['no-pod']({ pod }) : make['no-runtime']({ pod })
  throw new UsageError('ERR_NO_SUCH_POD', reason, workloadMessages)
}

/** The container's name in its pod. */
export function containerName(container: Container | undefined): string | undefined {
  return container?.labels.get(LABELS.container)
}

/** `NAMESPACE/NAME` of the container's pod. */
export function podName(container: Container | undefined): string | undefined {
  const name = container?.labels.get(LABELS.pod)
  return name === undefined ? undefined : `${container?.labels.get(LABELS.namespace) ?? ''}/${name}`
}

function groupByContainer(processes: readonly ContainerProcess[]): readonly RunningContainer[] {
  const found = new Map<string, { pids: number[]; podUid: string | null }>()
  for (const { pid, containerId, podUid } of processes) {
    const container = found.get(containerId) ?? { pids: [], podUid }
    container.pids.push(pid)
    found.set(containerId, container)
  }
  return [...found].map(([id, container]) => ({ id, ...container }))
}

async function askRuntimes(
  further: string | undefined,
): Promise<{ readonly containers: ReadonlyMap<string, Container>; readonly hasAnswered: boolean }> {
  const answers = await Promise.allSettled(
    runtimeSockets(further).map(({ list }) => list(ANSWER_MILLISECONDS)),
  )
  const containers = new Map<string, Container>()
  for (const answer of answers)
    if (answer.status === 'fulfilled') for (const each of answer.value) containers.set(each.fullId, each)
  return { containers, hasAnswered: answers.some(({ status }) => status === 'fulfilled') }
}
