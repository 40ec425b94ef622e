import { ByContainer } from '../observation/by-container.ts'
import { type ContainerIdentity, isEndOfContainer } from '../observation/container-identity.ts'
import type { EventView } from '../observation/event-view.ts'
import { changesOf, nameOf } from './changes.ts'
import { CHANGES, type Change, type ContainerStatement, type Evidence } from './evidence.ts'
import { LONGEST_COMMAND_LINE } from './probes.ts'
import type { RunningProgram } from './running-programs.ts'

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
  /** Whether its first process was seen to end. */
  hasEnded: boolean
}

/** The time that an observation covers, in milliseconds since 1970. */
export interface Span {
  readonly begin: number
  readonly end: number
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
    hasEnded: false,
  }))
  private readonly options: ImmutabilityOptions
  /** Times of the first and the last event, of whatever process. */
  private first = Number.NaN
  private latest = Number.NaN

  constructor(options: ImmutabilityOptions = {}) {
    this.options = options
  }

  /** Events of containers beyond the bound, which are not watched. */
  get unwatched(): number {
    return this.containers.beyond
  }

  take(view: EventView): void {
    if (Number.isNaN(this.first)) this.first = view.time
    if (!(view.time <= this.latest)) this.latest = view.time
    const watched = this.containers.of(view)
    if (watched === undefined) return
    watched.events++
    watched.end = view.time
    if (isEndOfContainer(view)) watched.hasEnded = true
    if (view.type !== 'execve' && view.isGeneric) return
    if (view.type === 'execve' && !view.flag('evt.failed')) this.noteStart(watched, view)
    for (const { change, path } of changesOf(view)) this.add(watched, change, path, view)
  }

  /** A program that ran before the first event: what it says is evidence, and no event of the container. */
  takeRunning({ view, changes }: RunningProgram): void {
    const watched = this.containers.of(view)
    if (watched === undefined) return
    for (const { change, path } of changes) this.add(watched, change, path, view, true)
  }

  /**
   * What is known of each container, those that changed first. A quiet one was watched all the same: not from its first
   * event to its last, but as long as there were any.
   *
   * @param span - how long was watched, where that is known; without it, from the first event to the last
   */
  statements(span: Span = { begin: this.first, end: this.latest }): readonly ContainerStatement[] {
    return this.containers
      .all()
      .map((watched): ContainerStatement => {
        const { identity, isSeenFromStart, hasEnded, events, evidence, omitted } = watched
        const begin = isSeenFromStart ? watched.begin : earlier(watched.begin, span.begin)
        const end = hasEnded ? watched.end : later(watched.end, span.end)
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

  private add(watched: Watched, change: Change, path: string, view: EventView, wasRunning = false): void {
    const process = view.text('proc.name')
    const commandLine = view.text('proc.cmdline').slice(0, LONGEST_COMMAND_LINE)
    // What entered shells do differs; their files do not.
    const isEntered = change === 'shell-entered'
    const mayBeProbe = isEntered && !hasTerminal(view)
    const key = `${change}\0${path}\0${isEntered ? `${mayBeProbe}${commandLine}` : process}`
    const known = watched.evidence.get(key)
    if (known !== undefined) {
      // An event has told of its start already.
      if (wasRunning) return
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
      wasRunning,
    })
  }
}

/** Of a container that ran all the time, and of which there was no event. */
export function quietStatement(identity: ContainerIdentity, { begin, end }: Span): ContainerStatement {
  return {
    ...identity,
    isSeenFromStart: false,
    begin,
    end,
    events: 0,
    verdict: 'unchanged',
    evidence: [],
    omitted: 0,
  }
}

/** NaN is no time. */
function earlier(a: number, b: number): number {
  return Number.isNaN(b) ? a : Math.min(a, b)
}

function later(a: number, b: number): number {
  return Number.isNaN(b) ? a : Math.max(a, b)
}

/** The kubelet asks for probes without one (CRI, `ExecSync`), and no health check of Docker or Podman has one. */
function hasTerminal(view: EventView): boolean {
  return Number(view.text('proc.tty')) > 0
}

function isSameProgram(expected: string, given: string, path: string): boolean {
  return expected === given || expected === path || (!expected.includes('/') && nameOf(given) === expected)
}
