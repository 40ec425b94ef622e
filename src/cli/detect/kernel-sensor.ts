import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type KernelSensor,
  openKernelSensor,
  runtimeSockets,
  SENSOR_KINDS,
  type SensorKind,
  type SensorWants,
} from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { packageRoot } from '../package-root.ts'
import { detectMessages } from './messages.ts'
import { pause } from './pause.ts'

export interface SensorChoice {
  /**
   * `auto`, a kind of sensor, or the path of haetae-sensor; where no path is given, it is that of `HAETAE_SENSOR`, or the
   * one that was built here.
   */
  readonly sensor?: string
  /** Socket of the container runtime, where it is none of the usual ones. */
  readonly containerRuntime?: string
}

/** The kind of sensor that is asked for; undefined where the best one is to be chosen. @throws UsageError for no kind */
export function askedSensor({ sensor = 'auto' }: SensorChoice): SensorKind | undefined {
  if (sensor.includes('/')) return 'ebpf'
  const choice = choiceOf('--sensor', sensor, ['auto', ...SENSOR_KINDS])
  return choice === 'auto' ? undefined : choice
}

export function sensorPath({ sensor }: SensorChoice): string {
  if (sensor?.includes('/') === true) return sensor
  return process.env['HAETAE_SENSOR'] ?? join(packageRoot(), 'sensor', 'build', 'haetae-sensor')
}

/** The path of haetae-sensor. @throws UsageError where there is none */
export function sensorBinary(choice: SensorChoice): string {
  const binary = sensorPath(choice)
  if (existsSync(binary)) return binary
  throw new UsageError('ERR_NO_SENSOR', detectMessages.make['no-sensor']({ path: binary }), detectMessages)
}

/**
 * Opens the kernel's events of this machine, this process' own left out.
 *
 * @param wanted - what the sensor tells of: see `openKernelSensor`; `monitors` are processes that it leaves out as well
 * @throws UsageError where there is no sensor
 */
export function openSensor(
  choice: SensorChoice,
  {
    monitors = [],
    ...wanted
  }: Pick<
    Parameters<typeof openKernelSensor>[0],
    keyof SensorWants | 'connector' | 'behavior' | 'cgroups' | 'ready' | 'incident' | 'cluster'
  > & { readonly monitors?: readonly number[] },
): KernelSensor {
  return openKernelSensor({
    ...wanted,
    binary: sensorBinary(choice),
    exclude: [process.pid, ...monitors],
    runtimes: runtimeSockets(choice.containerRuntime),
    pause,
  })
}

/** Events that a sensor has lost so far, whatever the cause. */
export function lostBy({ counts }: Pick<KernelSensor, 'counts'>): number {
  return Object.values(counts().drops).reduce((sum, count) => sum + count, 0)
}
