import type { Alert, AlertOutput } from '../../runtime/detection/index.ts'
import {
  awaitedContainers,
  completeAlert,
  fileSieve,
  sieveText,
  typesOfInternet,
  typesOfSuccess,
} from '../../runtime/detection/index.ts'
import type { Rule } from '../../runtime/rules/index.ts'
import {
  type Container,
  type KernelEvent,
  type KernelSensor,
  type SensorWants,
  wantedCalls,
} from '../../runtime/sensors/index.ts'
import { type ContainerTarget, containerGroups } from './container-groups.ts'
import { typesOf } from './event-types.ts'
import type { Input } from './inputs.ts'
import { openSensor, type SensorChoice } from './kernel-sensor.ts'
import { podCluster } from './pod-cluster.ts'
import { needsOf } from './rule-needs.ts'
import type { SensorWatch } from './sensor-watch.ts'

/** The kernel's events of this machine. */
export interface LiveInput extends Input<KernelEvent> {
  /** Tells the sensor what other rules need. */
  want(rules: readonly Rule[]): void
  container(id: string): Container | undefined
  counts: KernelSensor['counts']
}

/**
 * Opens the kernel's events of this machine, or of one container or pod of it, for the rules.
 *
 * @param watch - told of the sensor itself
 * @param connector - by the kernel's process connector, which tells of processes alone
 * @throws UsageError where there is no sensor or no such container, or its kubeconfig is not to be used
 */
export async function openLiveInput(
  choice: SensorChoice & ContainerTarget & Parameters<typeof podCluster>[0],
  rules: readonly Rule[],
  watch: SensorWatch,
  connector: boolean,
): Promise<LiveInput> {
  const groups = await containerGroups(choice)
  const cluster = await podCluster(choice)
  const kernel = openSensor(choice, {
    ...wantsOf(rules),
    connector,
    ready: watch.ready,
    incident: watch.take,
    ...(groups && { cgroups: groups.cgroups }),
    ...(cluster !== undefined && { cluster }),
  })
  const unfollow = groups?.follow(kernel.look)
  return {
    sensor: kernel.sensor,
    want: (next) => kernel.want(wantsOf(next)),
    container: kernel.container,
    async stop() {
      unfollow?.()
      kernel.stop()
    },
    stats: () => ({
      ...kernel.counts(),
      stops: watch.health.stops,
      gapSeconds: watch.health.gapSeconds,
      ...(connector && { sensor: 'connector' }),
    }),
    counts: kernel.counts,
    release: async () => cluster?.close(),
  }
}

function wantsOf(rules: readonly Rule[]): SensorWants {
  return {
    calls: wantedCalls(typesOf(rules), typesOfSuccess(rules), typesOfInternet(rules)),
    files: sieveText(fileSieve(rules)),
    ...needsOf(rules),
  }
}

/** How long an alert waits for what the runtime says of its container. */
const HOLD_MILLISECONDS = 900
const LOOK_MILLISECONDS = 20
/** More alerts do not wait: they go out with what is known. */
const MOST_HELD = 1000

/**
 * An output whose alerts are complete before they go out: one of a container that began just now waits for the answer of
 * its runtime, and those behind it with it, so that their order stays.
 */
export function completingOutput(output: AlertOutput, container: LiveInput['container']): AlertOutput {
  const held: { readonly alert: Alert; readonly until: number }[] = []
  let whenReleased: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  const release = (isLast: boolean) => {
    while (held.length > 0) {
      const [first] = held
      if (first === undefined) break
      const waits = awaitedContainers(first.alert).some((id) => container(id) === undefined)
      if (waits && !isLast && held.length <= MOST_HELD && performance.now() < first.until) break
      held.shift()
      output.push(completeAlert(first.alert, container))
    }
    if (held.length === 0) {
      for (const released of whenReleased) released()
      whenReleased = []
    }
    clearTimeout(timer)
    timer = held.length > 0 ? setTimeout(() => release(false), LOOK_MILLISECONDS) : undefined
  }
  return {
    name: output.name,
    counts: output.counts,
    get isBehind() {
      return output.isBehind
    },
    push(alert) {
      if (held.length === 0 && awaitedContainers(alert).length === 0) return output.push(alert)
      held.push({ alert, until: performance.now() + HOLD_MILLISECONDS })
      release(false)
    },
    room: () => output.room(),
    async delivered() {
      if (held.length > 0) await new Promise<void>((resolve) => whenReleased.push(resolve))
      return output.delivered()
    },
    reopen: () => output.reopen(),
    async close(milliseconds) {
      release(true)
      await output.close(milliseconds)
    },
  }
}
