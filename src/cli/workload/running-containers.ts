import { type ContainerProcess, findContainerProcesses } from '../../runtime/behavior/index.ts'
import {
  type Container,
  type PodName,
  type RuntimeSocket,
  runtimeSockets,
} from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { workloadMessages } from './messages.ts'
import { podByApi, podNotFound } from './pod-by-api.ts'

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

/** Fewer digits may well begin several ids. */
const SHORTEST_ID = 3

/** A runtime that does not answer by then is left out. */
const ANSWER_MILLISECONDS = 3000

/** Which containers are meant. */
export interface ContainerChoice {
  /** The beginning of its id, or the name that its runtime has for it. */
  readonly container?: string
  /** NAMESPACE/NAME. */
  readonly pod?: string
  /** The container's name in the pod. */
  readonly name?: string
  /** Socket of a runtime that is none of the usual ones. */
  readonly containerRuntime?: string
  /** Of the cluster that is asked for the pod where no runtime knows it. */
  readonly kubeconfig?: string
  readonly context?: string
}

/**
 * The containers that are chosen, with their processes.
 *
 * @param proc - where the proc file system is mounted
 * @param runtimes - that are asked
 * @throws UsageError where there is none
 */
export async function findContainers(
  choice: ContainerChoice,
  proc: string,
  runtimes: readonly RuntimeSocket[] = runtimeSockets(choice.containerRuntime),
): Promise<readonly RunningContainer[]> {
  const { container, pod } = choice
  const running = groupByContainer(await findContainerProcesses(proc))
  const known = await askRuntimes(runtimes)
  const withNames = named(running, known.containers)
  if (container !== undefined) {
    const ofName = withNames.filter(({ known: one }) => one?.name === container)
    if (ofName.length > 0) return ofName
    const ofId = withNames.filter(({ id }) => id.startsWith(container.toLowerCase()))
    if (container.length >= SHORTEST_ID && ofId.length > 0) return ofId
    const said = make['no-such-container']({ container, hasAnswered: known.hasAnswered })
    throw new UsageError('ERR_NO_SUCH_CONTAINER', said, workloadMessages)
  }
  if (pod === undefined) return withNames
  const [namespace = '', podName = '', ...rest] = pod.split('/')
  if (namespace === '' || podName === '' || rest.length > 0)
    throw new UsageError('ERR_OPTION_VALUE', make['bad-pod']({ pod }), workloadMessages)
  const found = withNames.filter((each) => isOfPod(each, namespace, podName, choice.name))
  return found.length > 0
    ? found
    : findByApi({ namespace, name: podName }, choice, running, known.hasAnswered)
}

/** By what the Kubernetes API says of the pod. */
async function findByApi(
  pod: PodName,
  choice: ContainerChoice,
  running: readonly RunningContainer[],
  hasAnswered: boolean,
): Promise<readonly RunningContainer[]> {
  const api = await podByApi(pod, choice)
  try {
    const asked = await api?.ask()
    const containers = new Map(asked?.containers.map((each) => [each.fullId, each]))
    const withNames = named(running, containers).filter(({ known }) => known !== undefined)
    const found = withNames.filter((each) => isOfPod(each, pod.namespace, pod.name, choice.name))
    if (found.length > 0) return found
    if (withNames.length > 0 && choice.name !== undefined) throw noSuchName(pod, choice.name, withNames)
    // Its status does not name them yet. The pod's sandbox is among them: what it is, nothing tells here.
    const ofPod = running.filter(({ podUid }) => podUid !== null && asked?.uids.includes(podUid) === true)
    if (ofPod.length > 0 && choice.name === undefined) return ofPod
    throw podNotFound(pod, { hasAnswered, isApiAsked: api !== undefined, pod: asked })
  } finally {
    api?.close()
  }
}

function noSuchName(
  { namespace, name: pod }: PodName,
  name: string,
  running: readonly RunningContainer[],
): UsageError {
  const known = running.map((each) => containerName(each.known) ?? each.id)
  const said = make['no-container-in-pod']({ pod: `${namespace}/${pod}`, name, known })
  return new UsageError('ERR_NO_SUCH_CONTAINER', said, workloadMessages)
}

function named(
  running: readonly RunningContainer[],
  containers: ReadonlyMap<string, Container>,
): readonly RunningContainer[] {
  return running.map((each) => {
    const known = containers.get(each.id)
    return known === undefined ? each : { ...each, known }
  })
}

/** @param container - its name in the pod; undefined for any */
function isOfPod(
  { known }: RunningContainer,
  namespace: string,
  pod: string,
  container: string | undefined,
): boolean {
  return (
    known?.labels.get(LABELS.pod) === pod &&
    known.labels.get(LABELS.namespace) === namespace &&
    (container === undefined || containerName(known) === container)
  )
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
  runtimes: readonly RuntimeSocket[],
): Promise<{ readonly containers: ReadonlyMap<string, Container>; readonly hasAnswered: boolean }> {
  const answers = await Promise.allSettled(runtimes.map(({ list }) => list(ANSWER_MILLISECONDS)))
  const containers = new Map<string, Container>()
  for (const answer of answers)
    if (answer.status === 'fulfilled') for (const each of answer.value) containers.set(each.fullId, each)
  return { containers, hasAnswered: answers.some(({ status }) => status === 'fulfilled') }
}
