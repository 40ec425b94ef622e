import {
  type ContainerIdentity,
  completedBy,
  containerIdOf,
  HOST,
  identityOf,
  isRuntime,
} from './container-identity.ts'
import type { EventView } from './event-view.ts'

/** What is kept of each container that events are from, up to a bound. */
export class ByContainer<Kept extends { identity: ContainerIdentity }> {
  private readonly kept = new Map<string, Kept>()
  private readonly most: number
  private readonly begin: (identity: ContainerIdentity, view: EventView) => Kept
  /** Events of containers beyond the bound, of which nothing is kept. */
  beyond = 0

  /** @param begin - what is kept of a container whose first event this is */
  constructor(most: number, begin: (identity: ContainerIdentity, view: EventView) => Kept) {
    this.most = most
    this.begin = begin
  }

  /**
   * What is kept of the container that an event is from, which may tell more of its identity.
   *
   * @returns undefined for an event of the host or of the container runtime, and beyond the bound
   */
  of(view: EventView): Kept | undefined {
    const id = containerIdOf(view)
    if (id === HOST || isRuntime(view)) return undefined
    const known = this.kept.get(id)
    if (known !== undefined) {
      known.identity = completedBy(known.identity, view)
      return known
    }
    if (this.kept.size >= this.most) {
      this.beyond++
      return undefined
    }
    const begun = this.begin(identityOf(view), view)
    this.kept.set(id, begun)
    return begun
  }

  all(): readonly Kept[] {
    return [...this.kept.values()]
  }
}
