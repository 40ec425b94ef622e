import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Container } from '../kernel/container.ts'
import { type ChosenContainers, isGroupOf } from '../kernel/control-group-owner.ts'
import type { RuntimeSocket } from './containers/directory.ts'
import type { PodName, PodOfApi } from './containers/pod-of-api.ts'
import { isMonitor } from './monitors.ts'

const PROC = '/proc'

/** What is looked for: a container by its id (or the beginning of it) or name, or a pod. */
export type ContainerChoice = { readonly container: string } | { readonly pod: PodName }

export interface FoundGroups {
  /** The control groups that their processes are in, as the sensor takes them: `memory:4711`, `unified:4711`. */
  readonly cgroups: readonly string[]
  /** Those processes. */
  readonly processes: readonly number[]
  /** Monitors of containers that are in the same groups: processes of the machine. */
  readonly monitors: readonly number[]
  /** Whether a runtime has answered. */
  readonly hasAnswered: boolean
  /** The pod as the API knows it, where that was asked. */
  readonly pod?: PodOfApi
}

/** Hierarchies that the sensor can tell control groups by; each of version 1 numbers its groups on its own. */
const HIERARCHIES: readonly string[] = ['memory', 'pids']

const ANSWER_MILLISECONDS = 2000

/**
 * Finds the control groups of a container or a pod of this machine: the runtimes say which containers it is, or for a pod the
 * Kubernetes API in their place, and /proc where their processes are. A container whose id is given is found without either.
 *
 * @param askApi - for the pod that is chosen, where no runtime knows it
 * @returns empty lists where there is none
 * @throws what `askApi` throws, where no runtime knows the pod
 */
export async function findContainerGroups(
  choice: ContainerChoice,
  runtimes: readonly RuntimeSocket[],
  askApi?: () => Promise<PodOfApi | undefined>,
): Promise<FoundGroups> {
  const answers = await Promise.allSettled(runtimes.map(({ list }) => list(ANSWER_MILLISECONDS)))
  const known = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const hasAnswered = answers.some(({ status }) => status === 'fulfilled')
  const ids = known.filter((container) => isChosen(container, choice)).map(({ fullId }) => fullId)
  if (ids.length === 0 && 'container' in choice && ID.test(choice.container)) ids.push(choice.container)
  if (ids.length > 0 || 'container' in choice || askApi === undefined)
    return { hasAnswered, ...groupsOf({ ids, podUids: [] }) }
  const pod = await askApi()
  if (pod === undefined) return { hasAnswered, ...NONE }
  const named = pod.containers.map(({ fullId }) => fullId)
  return { hasAnswered, pod, ...groupsOf({ ids: named, podUids: pod.uids }) }
}

const NONE = { cgroups: [], processes: [], monitors: [] } as const

const ID = /^[0-9a-f]{12,64}$/

const POD_NAME = 'io.kubernetes.pod.name'
const POD_NAMESPACE = 'io.kubernetes.pod.namespace'

function isChosen({ fullId, name, labels }: Container, choice: ContainerChoice): boolean {
  if ('container' in choice)
    return name === choice.container || (choice.container.length >= 8 && fullId.startsWith(choice.container))
  return labels.get(POD_NAME) === choice.pod.name && labels.get(POD_NAMESPACE) === choice.pod.namespace
}

function groupsOf(chosen: ChosenContainers): Pick<FoundGroups, 'cgroups' | 'processes' | 'monitors'> {
  if (chosen.ids.length === 0 && chosen.podUids.length === 0) return NONE
  const groups = new Set<string>()
  const processes: number[] = []
  const monitors: number[] = []
  for (const entry of readdirSync(PROC)) {
    if (!/^\d+$/.test(entry)) continue
    const own = linesOf(join(PROC, entry, 'cgroup')).filter((line) => isGroupOf(pathOf(line), chosen))
    if (own.length === 0) continue
    const pid = Number(entry)
    if (isMonitor(pid, PROC)) {
      monitors.push(pid)
      continue
    }
    processes.push(pid)
    for (const group of own.map(groupOf)) if (group !== undefined) groups.add(group)
  }
  return { cgroups: [...groups], processes, monitors }
}

/** A process may end while it is looked at. */
function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}

function pathOf(line: string): string {
  return line.split(':').slice(2).join(':')
}

/** `4:memory:/kubepods/…`: the group's folder in its hierarchy; of version 2, `0::/…`. */
function groupOf(line: string): string | undefined {
  const [, controllers = ''] = line.split(':')
  const hierarchy =
    controllers === '' ? 'unified' : controllers.split(',').find((name) => HIERARCHIES.includes(name))
  if (hierarchy === undefined) return undefined
  const roots = hierarchy === 'unified' ? ['', 'unified'] : [controllers, hierarchy]
  for (const root of roots) {
    const found = statSync(join('/sys/fs/cgroup', root, pathOf(line)), {
      bigint: true,
      throwIfNoEntry: false,
    })
    if (found !== undefined) return `${hierarchy}:${found.ino}`
  }
  return undefined
}
