import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Container } from '../kernel/container.ts'
import type { RuntimeSocket } from './containers/directory.ts'

/** What is looked for: a container by its id (or the beginning of it) or name, or a pod. */
export type ContainerChoice =
  | { readonly container: string }
  | { readonly pod: { readonly namespace: string; readonly name: string } }

export interface FoundGroups {
  /** Ids of the containers, in full where they are known so. */
  readonly containers: readonly string[]
  /** The control groups that their processes are in, as the sensor takes them: `memory:4711`, `unified:4711`. */
  readonly cgroups: readonly string[]
  /** Those processes. */
  readonly processes: readonly number[]
}

/** Hierarchies that the sensor can tell control groups by; each of version 1 numbers its groups on its own. */
const HIERARCHIES: readonly string[] = ['memory', 'pids']

const ANSWER_MILLISECONDS = 2000

/**
 * Finds the control groups of a container or a pod of this machine: the runtimes say which containers it is, /proc where
 * their processes are. A container whose id is given is found without a runtime, too.
 *
 * @returns empty lists where there is none
 */
export async function findContainerGroups(
  choice: ContainerChoice,
  runtimes: readonly RuntimeSocket[],
): Promise<FoundGroups> {
  const answers = await Promise.allSettled(runtimes.map(({ list }) => list(ANSWER_MILLISECONDS)))
  const known = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const chosen = known.filter((container) => isChosen(container, choice)).map(({ fullId }) => fullId)
  if (chosen.length === 0 && 'container' in choice && ID.test(choice.container)) chosen.push(choice.container)
  return { containers: chosen, ...(chosen.length === 0 ? { cgroups: [], processes: [] } : groupsOf(chosen)) }
}

const ID = /^[0-9a-f]{12,64}$/

const POD_NAME = 'io.kubernetes.pod.name'
const POD_NAMESPACE = 'io.kubernetes.pod.namespace'

function isChosen({ fullId, name, labels }: Container, choice: ContainerChoice): boolean {
  if ('container' in choice)
    return name === choice.container || (choice.container.length >= 8 && fullId.startsWith(choice.container))
  return labels.get(POD_NAME) === choice.pod.name && labels.get(POD_NAMESPACE) === choice.pod.namespace
}

function groupsOf(ids: readonly string[]): Omit<FoundGroups, 'containers'> {
  const groups = new Set<string>()
  const processes = new Set<number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    for (const line of linesOf(join('/proc', entry, 'cgroup'))) {
      if (!ids.some((id) => line.includes(id))) continue
      processes.add(Number(entry))
      const found = groupOf(line)
      if (found !== undefined) groups.add(found)
    }
  }
  return { cgroups: [...groups], processes: [...processes] }
}

/** A process may end while it is looked at. */
function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}

/** `4:memory:/kubepods/…`: the group's folder in its hierarchy; of version 2, `0::/…`. */
function groupOf(line: string): string | undefined {
  const [, controllers = '', ...path] = line.split(':')
  const hierarchy =
    controllers === '' ? 'unified' : controllers.split(',').find((name) => HIERARCHIES.includes(name))
  if (hierarchy === undefined) return undefined
  const roots = hierarchy === 'unified' ? ['', 'unified'] : [controllers, hierarchy]
  for (const root of roots) {
    const found = statSync(join('/sys/fs/cgroup', root, path.join(':')), {
      bigint: true,
      throwIfNoEntry: false,
    })
    if (found !== undefined) return `${hierarchy}:${found.ino}`
  }
  return undefined
}
