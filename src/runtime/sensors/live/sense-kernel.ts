import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { type ClusterClient, ClusterError } from '../../../kubernetes/index.ts'
import { CaptureReader } from '../capture/capture-reader.ts'
import type { Container } from '../kernel/container.ts'
import { ownerOfControlGroups } from '../kernel/control-group-owner.ts'
import type { KernelEvent } from '../kernel/kernel-event.ts'
import type { KernelState } from '../kernel/kernel-state.ts'
import { sensorMessages } from '../messages.ts'
import type { Sensor, SensorProblem } from '../sensor.ts'
import { ContainerAccounts } from './containers/container-accounts.ts'
import { ContainerDirectory, type RuntimeSocket } from './containers/directory.ts'
import { SurroundingsOfPods } from './containers/pod-surroundings.ts'
import { PodsOfNode } from './containers/pods-of-node.ts'
import { HostNames } from './host-names.ts'
import type { SensorIncident } from './incidents.ts'
import type { SensorCounts } from './sensor-process.ts'
import { type SensorIncidents, superviseSensor } from './supervise.ts'
import { ALL_FILES, type SensorWants, wantedFiles } from './wanted-calls.ts'

const { make } = sensorMessages

export interface KernelSensorOptions extends SensorWants {
  /** Path of haetae-sensor. */
  readonly binary: string
  /** Whether it tells of processes alone, by the kernel's process connector and /proc, without a program for the kernel. */
  readonly connector?: boolean
  /** Whether it also tells which calls and capabilities each control group makes use of. */
  readonly behavior?: boolean
  /** Only these control groups: see `findContainerGroups`. Without, all processes. */
  readonly cgroups?: readonly string[]
  /** Processes that are not looked at, such as our own. */
  readonly exclude: readonly number[]
  /** Told at once of what keeps it from seeing; the same are problems of the events that follow. */
  readonly incident?: (incident: SensorIncident) => void
  /** Told when it sees events, for the first time or again. */
  readonly ready?: () => void
  /** Container runtimes that are asked for the names of containers. */
  readonly runtimes: readonly RuntimeSocket[]
  /** The cluster that this node is of, where it is to be asked about pods. */
  readonly cluster?: Pick<ClusterClient, 'request'>
  /** Waits so many milliseconds, or until the signal aborts. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

export interface KernelSensor {
  /** The events of this machine's kernel as they happen: one object, moved along. */
  readonly sensor: Sensor<KernelEvent>
  /** Changes which events are told, for other rules. */
  want(wanted: SensorWants): void
  /** Looks at these control groups besides; only where it looks at some alone. */
  look(cgroups: readonly string[]): void
  stop(): void
  counts(): SensorCounts
  /** A container that is known by now. @param id twelve digits */
  container(id: string): Container | undefined
}

/** Type of the events that tell of a new program in a process (libs' event table). */
const EXECVE = 293

/**
 * Opens the kernel's events of this machine. Its processes are read first, so that what began before is known; its
 * containers are asked for beside the events, which never wait for them.
 */
export function openKernelSensor(options: KernelSensorOptions): KernelSensor {
  const reader = new CaptureReader()
  const problems: SensorProblem[] = []
  const tell = (code: string, problem: SensorProblem['problem'], isLoss: boolean) =>
    problems.push({ code, problem, position: { source: 'kernel', line: 0 }, isLoss })
  const incidents: SensorIncidents = {
    ready: () => options.ready?.(),
    happened(incident) {
      if (incident.kind === 'stopped')
        tell('ERR_SENSOR_LOST', make['sensor-lost']({ reason: incident.cause }), true)
      if (incident.kind === 'drops')
        tell('ERR_SENSOR_DROPS', make['sensor-drops']({ causes: incident.causes }), true)
      options.incident?.(incident)
    },
    failed: ({ code, what, reason }) => tell(code, make['sensor-failed']({ what, reason }), true),
  }
  const exclude = options.exclude.flatMap((pid) => ['--exclude', String(pid)])
  const behavior = options.behavior === true ? ['--behavior'] : []
  const connector = options.connector === true ? ['--proc-connector'] : []
  const groups = new Set(options.cgroups)
  const args = (wanted: SensorWants) => [
    ...connector,
    ...['--calls', wanted.calls.join(',')],
    ...filesArgument(wanted),
    ...(wanted.environment === true ? ['--environment'] : []),
    ...behavior,
    ...[...groups].flatMap((group) => ['--cgroup', group]),
    ...exclude,
  ]
  const supervised = superviseSensor(options.binary, args, options, incidents, options.pause)
  /** Pieces of the stream that did not hold together: each is an event at least. */
  let undecoded = 0
  let known: readonly Container[] = []
  const learn = () => {
    for (const container of known) reader.event.state.containers.set(container.id, container)
  }
  const accounts = new ContainerAccounts((id, found) => {
    const { accounts } = reader.event.state
    if (accounts.size >= MOST_ACCOUNTS) accounts.clear()
    accounts.set(id, found)
  })
  const hostNames = new HostNames(async (name) =>
    (await lookup(name, { all: true })).map(({ address }) => address),
  )
  hostNames.want(options.hostNames ?? [])
  /** The state whose processes were there before: each start of the sensor makes another. */
  let scanned: KernelState | undefined
  const { cluster } = options
  let hasFailed = false
  const failed = (error: unknown) => {
    if (!hasFailed) tell('ERR_CLUSTER_NAMES', make['cluster-names']({ reason: reasonOf(error) }), false)
    hasFailed = true
  }
  const directory = new ContainerDirectory(
    options.runtimes,
    (found) => {
      forgetGone(reader.event.state.containers, known, found)
      known = found
      learn()
    },
    cluster && {
      pods: new SurroundingsOfPods(cluster, failed),
      node: new PodsOfNode(cluster, () => readFile('/proc/sys/kernel/random/boot_id', 'utf8'), failed),
    },
  )

  return {
    sensor: sense(),
    want(wanted) {
      hostNames.want(wanted.hostNames ?? [])
      supervised.want(wanted)
    },
    look(cgroups) {
      const more = cgroups.filter((group) => !groups.has(group))
      for (const group of more) groups.add(group)
      supervised.look(more)
    },
    counts() {
      const { events, drops } = supervised.counts()
      return { events, drops: { ...drops, decode: undecoded } }
    },
    container: (id) => reader.event.state.containers.get(id),
    stop() {
      hostNames.close()
      directory.close()
      supervised.stop()
    },
  }

  async function* sense(): Sensor<KernelEvent> {
    void directory.refresh()
    for await (const chunk of supervised.chunks) {
      if (chunk === 'restart') {
        reader.forgetCut()
        continue
      }
      reader.feed(chunk)
      yield { events: events(), problems: problems.splice(0) }
      for (const { code, problem } of reader.problems.splice(0)) {
        undecoded++
        options.incident?.({ kind: 'drops', time: Date.now(), causes: { decode: 1 } })
        tell(code, problem, true)
      }
      if (reader.isOver) break
    }
    yield { events: [], problems: problems.splice(0) }
  }

  function events(): Iterable<KernelEvent> {
    const { event } = reader
    const result: IteratorResult<KernelEvent, undefined> = { done: false, value: event }
    const over: IteratorResult<KernelEvent, undefined> = { done: true, value: undefined }
    const next = () => {
      if (!reader.next()) return over
      if (event.state !== scanned) {
        scanned = event.state
        scanned.hostNames = hostNames.byAddress
        for (const [id, pid] of containersOf(scanned)) accounts.want(id, pid)
      }
      if (event.type.number === EXECVE) {
        const { thread, state } = event
        const id = thread?.containerId
        if (thread !== undefined && id !== undefined && id !== 'host') {
          if (!state.containers.has(id)) {
            const { podUid } = ownerOfControlGroups(thread.cgroups)
            directory.want({ id, ...(podUid !== null && { podUid }) })
          }
          if (!state.accounts.has(id)) accounts.want(id, thread.pid)
        }
      }
      return result
    }
    return { [Symbol.iterator]: () => ({ next }) }
  }
}

/** Containers whose users are known, at once. */
const MOST_ACCOUNTS = 10_000

/** A process of each container, by the container's id. */
function containersOf(state: KernelState): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const thread of state.threads.values())
    if (thread.containerId !== 'host' && !found.has(thread.containerId))
      found.set(thread.containerId, thread.pid)
  return found
}

/** Of a container that ended events may still come: it is forgotten when it was not listed twice. */
function forgetGone(
  containers: Map<string, Container>,
  before: readonly Container[],
  now: readonly Container[],
): void {
  const listed = new Set([...before, ...now].map(({ id }) => id))
  for (const id of containers.keys()) if (!listed.has(id)) containers.delete(id)
}

function filesArgument(wanted: SensorWants): readonly string[] {
  const files = wantedFiles(wanted)
  return files === ALL_FILES ? [] : ['--files', files]
}

function reasonOf(error: unknown): string {
  if (error instanceof ClusterError) return error.code
  return error instanceof Error ? error.message : String(error)
}
