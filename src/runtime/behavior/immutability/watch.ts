import { ByContainer } from '../observation/by-container.ts'
import type { ContainerIdentity } from '../observation/container-identity.ts'
import type { EventView } from '../observation/event-view.ts'
import { changesOf, nameOf } from './changes.ts'
import { CHANGES, type Change, type ContainerStatement, type Evidence } from './evidence.ts'
import { LONGEST_COMMAND_LINE } from './probes.ts'

/** Bounds: containers that are kept apart, and pieces of evidence of one. */
const MOST_CONTAINERS = 10_000
const MOST_EVIDENCE = 500

interface Watched {
  identity: ContainerIdentity
  isSeenFromStart: boolean
  readonly begin: number
  end: number
  events: number
  readonly evidence: Map<string, Evidence>
  omitted: number
}

export interface ImmutabilityOptions {
  /** The program that a container should start with: its path, or its name alone. */
  readonly entrypoint?: string
}

/** Watches containers for what was not in their image, event by event. */
export class ImmutabilityWatch {
  private readonly containers = new ByContainer<Watched>(MOST_CONTAINERS, (identity, { time }) => ({
    identity,
    isSeenFromStart: false,
    begin: time,
    end: time,
    events: 0,
    evidence: new Map(),
    omitted: 0,
  }))
  private readonly options: ImmutabilityOptions

  constructor(options: ImmutabilityOptions = {}) {
    this.options = options
  }

  /** Events of containers beyond the bound, which are not watched. */
  get unwatched(): number {
    return this.containers.beyond
  }

  take(view: EventView): void {
    const watched = this.containers.of(view)
    if (watched === undefined) return
    watched.events++
    watched.end = view.time
    if (view.type !== 'execve' && view.isGeneric) return
    if (view.type === 'execve' && !view.flag('evt.failed')) this.noteStart(watched, view)
    for (const { change, path } of changesOf(view)) this.add(watched, change, path, view)
  }

  /** What is known of each container, those that changed first. */
  statements(): readonly ContainerStatement[] {
    return this.containers
      .all()
      .map((watched): ContainerStatement => {
        const { identity, isSeenFromStart, begin, end, events, evidence, omitted } = watched
        const found = [...evidence.values()].sort(
          (a, b) => CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change),
        )
        return {
          ...identity,
          isSeenFromStart,
          begin,
          end,
          events,
          verdict: found.length === 0 ? 'unchanged' : 'changed',
          evidence: found,
          omitted,
        }
      })
      .sort((a, b) => b.evidence.length - a.evidence.length)
  }

  private noteStart(watched: Watched, view: EventView): void {
    if (view.text('proc.vpid') !== '1') return
    const path = view.text('proc.exepath')
    // A first program that executes another one (a start script) is an entrypoint as it should be.
    if (!watched.isSeenFromStart) {
      watched.isSeenFromStart = true
      const { entrypoint } = this.options
      const first = view.text('proc.exe') || path
      if (entrypoint !== undefined && !isSameProgram(entrypoint, first, path))
        this.add(watched, 'other-entrypoint', first, view)
    }
  }

  private add(watched: Watched, change: Change, path: string, view: EventView): void {
    const process = view.text('proc.name')
    const commandLine = view.text('proc.cmdline').slice(0, LONGEST_COMMAND_LINE)
    // What entered shells do differs; their files do not.
    const isEntered = change === 'shell-entered'
    const mayBeProbe = isEntered && !hasTerminal(view)
    const key = `${change}\0${path}\0${isEntered ? `${mayBeProbe}${commandLine}` : process}`
    const known = watched.evidence.get(key)
    if (known !== undefined) {
      watched.evidence.set(key, { ...known, count: known.count + 1 })
      return
    }
    if (watched.evidence.size >= MOST_EVIDENCE) {
      watched.omitted++
      return
    }
    watched.evidence.set(key, {
      change,
      first: view.time,
      count: 1,
      process,
      commandLine,
      parent: view.text('proc.pname'),
      path,
      mayBeProbe,
    })
  }
}

/** The kubelet asks for probes without one (CRI, `ExecSync`), and no health check of Docker or Podman has one. */
function hasTerminal(view: EventView): boolean {
  return Number(view.text('proc.tty')) > 0
}

function isSameProgram(expected: string, given: string, path: string): boolean {
  return expected === given || expected === path || (!expected.includes('/') && nameOf(given) === expected)
}
