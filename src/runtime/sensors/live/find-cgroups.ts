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
  /** Inode numbers of the control groups that their processes are in. */
  readonly cgroups: readonly bigint[]
}

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
  return { containers: chosen, cgroups: chosen.length === 0 ? [] : groupsOf(chosen) }
}

const ID = /^[0-9a-f]{12,64}$/

const POD_NAME = 'io.kubernetes.pod.name'
const POD_NAMESPACE = 'io.kubernetes.pod.namespace'

function isChosen({ fullId, name, labels }: Container, choice: ContainerChoice): boolean {
  if ('container' in choice)
    return name === choice.container || (choice.container.length >= 8 && fullId.startsWith(choice.container))
  return labels.get(POD_NAME) === choice.pod.name && labels.get(POD_NAMESPACE) === choice.pod.namespace
}

function groupsOf(ids: readonly string[]): bigint[] {
  const inodes = new Set<bigint>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    for (const line of linesOf(join('/proc', entry, 'cgroup'))) {
      if (!ids.some((id) => line.includes(id))) continue
      const inode = inodeOf(line)
      if (inode !== undefined) inodes.add(inode)
    }
  }
  return [...inodes]
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
function inodeOf(line: string): bigint | undefined {
  const [, controllers = '', ...path] = line.split(':')
  const group = path.join(':')
  const roots = controllers === '' ? ['', 'unified'] : [controllers, ...controllers.split(',')]
  for (const root of roots) {
    const found = statSync(join('/sys/fs/cgroup', root, group), { bigint: true, throwIfNoEntry: false })
    if (found !== undefined) return found.ino
  }
  return undefined
}
