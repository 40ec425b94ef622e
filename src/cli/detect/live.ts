import { fileSieve, sieveText, typesOfInternet, typesOfSuccess } from '../../runtime/detection/index.ts'
import type { Rule } from '../../runtime/rules/index.ts'
import {
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
  readonly containers: KernelSensor['containers']
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
    ...(groups && { cgroups: groups.cgroups, monitors: groups.monitors }),
    ...(cluster !== undefined && { cluster }),
  })
  const unfollow = groups?.follow(kernel.look)
  return {
    sensor: kernel.sensor,
    want: (next) => kernel.want(wantsOf(next)),
    containers: kernel.containers,
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
