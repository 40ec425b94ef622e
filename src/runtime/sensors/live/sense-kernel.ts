import { lookup } from 'node:dns/promises'
import { CaptureReader } from '../capture/capture-reader.ts'
import type { KernelEvent } from '../kernel/kernel-event.ts'
import type { KernelState } from '../kernel/kernel-state.ts'
import { sensorFailure, sensorMessages } from '../messages.ts'
import type { Sensor, SensorProblem } from '../sensor.ts'
import { ContainerNames, type ContainerSources, type KnownContainers } from './containers/container-names.ts'
import { forgetEnvironments, readEnvironments } from './environments.ts'
import { HostNames } from './host-names.ts'
import type { SensorIncident } from './incidents.ts'
import type { SensorCounts } from './sensor-process.ts'
import { type SensorIncidents, superviseSensor } from './supervise.ts'
import { ALL_FILES, type SensorWants, wantedFiles } from './wanted-calls.ts'

const { make } = sensorMessages

export interface KernelSensorOptions extends SensorWants, ContainerSources {
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
  readonly containers: KnownContainers
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
    failed: (failure) => tell(failure.code, sensorFailure(failure), true),
  }
  const groups = new Set(options.cgroups)
  const args = (wanted: SensorWants) => sensorArguments(options, wanted, groups)
  const supervised = superviseSensor(options.binary, args, options, incidents, options.pause)
  /** Pieces of the stream that did not hold together: each is an event at least. */
  let undecoded = 0
  const hostNames = new HostNames(async (name) =>
    (await lookup(name, { all: true })).map(({ address }) => address),
  )
  hostNames.want(options.hostNames ?? [])
  let wantsEnvironment = options.environment === true
  /** The state whose processes were there before: each start of the sensor makes another. */
  let scanned: KernelState | undefined
  const containers = new ContainerNames(
    options,
    () => reader.event.state,
    (reason) => tell('ERR_CLUSTER_NAMES', make['cluster-names']({ reason }), false),
  )

  return {
    sensor: sense(),
    want(wanted) {
      hostNames.want(wanted.hostNames ?? [])
      supervised.want(wanted)
      const wantedEnvironment = wantsEnvironment
      wantsEnvironment = wanted.environment === true
      const { threads } = reader.event.state
      if (!wantsEnvironment) forgetEnvironments(threads)
      else if (!wantedEnvironment) completeEnvironments()
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
    containers: containers.known,
    stop() {
      hostNames.close()
      containers.close()
      wantsEnvironment = false
      supervised.stop()
    },
  }

  function completeEnvironments(): void {
    void readEnvironments(reader.event.state.threads, () => wantsEnvironment)
  }

  async function* sense(): Sensor<KernelEvent> {
    containers.begin()
    for await (const chunk of supervised.chunks) {
      if (chunk === 'restart') {
        reader.forgetCut()
        yield { events: [], problems: problems.splice(0) }
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
        // Where they were asked for only after this sensor had begun to look.
        if (wantsEnvironment) completeEnvironments()
        containers.enter(scanned)
      }
      if (event.type.number === EXECVE && event.thread !== undefined) containers.want(event.thread)
      return result
    }
    return { [Symbol.iterator]: () => ({ next }) }
  }
}

function sensorArguments(
  { connector, behavior, exclude }: KernelSensorOptions,
  wanted: SensorWants,
  groups: Iterable<string>,
): readonly string[] {
  return [
    ...(connector === true ? ['--proc-connector'] : []),
    ...['--calls', wanted.calls.join(',')],
    ...filesArgument(wanted),
    ...(wanted.environment === true ? ['--environment'] : []),
    ...(behavior === true ? ['--behavior'] : []),
    ...[...groups].flatMap((group) => ['--cgroup', group]),
    ...exclude.flatMap((pid) => ['--exclude', String(pid)]),
  ]
}

function filesArgument(wanted: SensorWants): readonly string[] {
  const files = wantedFiles(wanted)
  return files === ALL_FILES ? [] : ['--files', files]
}
