import { type ContainerIdentity, completedIdentity } from '../../runtime/behavior/index.ts'
import { type Container, runtimeSockets } from '../../runtime/sensors/index.ts'

const ANSWER_MILLISECONDS = 3000

/** What the runtimes of this machine said of its containers while they were observed. */
export interface ObservedContainers {
  /** Asks for those that run now. Runtimes that do not answer are passed over. */
  ask(): Promise<void>
  /** With the names that are known by now, where the events came before them. */
  complete<I extends ContainerIdentity>(identity: I): I
  /** Those that ran each time that was asked. */
  stayed(): readonly Container[]
}

/**
 * @param containerRuntime - socket of a runtime that is none of the usual ones
 * @param known - asked first: what the sensor has learnt of a container, by its short id
 */
export function createObservedContainers(
  containerRuntime: string | undefined,
  known: (id: string) => Container | undefined,
): ObservedContainers {
  const told = new Map<string, Container>()
  const rounds: ReadonlySet<string>[] = []
  return {
    async ask() {
      const answers = await Promise.allSettled(
        runtimeSockets(containerRuntime).map(({ list }) => list(ANSWER_MILLISECONDS)),
      )
      const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
      for (const container of found) told.set(container.id, container)
      rounds.push(new Set(found.map(({ id }) => id)))
    },
    complete(identity) {
      const found = known(identity.id) ?? told.get(identity.id)
      return found === undefined ? identity : { ...identity, ...completedIdentity(identity, found) }
    },
    stayed: () =>
      [...told.values()].filter(({ id }) => rounds.length > 1 && rounds.every((ids) => ids.has(id))),
  }
}
