import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type KernelSensor, openKernelSensor, runtimeSockets } from '../../runtime/sensors/index.ts'
import { UsageError } from '../exit.ts'
import { packageRoot } from '../package-root.ts'
import { detectMessages } from './messages.ts'

export interface SensorChoice {
  /** Path of haetae-sensor; where it is not given, the one that was built here, or `HAETAE_SENSOR`. */
  readonly sensor?: string
  /** Socket of the container runtime, where it is none of the usual ones. */
  readonly containerRuntime?: string
}

/** The path of haetae-sensor. @throws UsageError where there is none */
export function sensorBinary({ sensor }: SensorChoice): string {
  const binary =
    sensor ?? process.env['HAETAE_SENSOR'] ?? join(packageRoot(), 'sensor', 'build', 'haetae-sensor')
  if (existsSync(binary)) return binary
  throw new UsageError('ERR_NO_SENSOR', detectMessages.make['no-sensor']({ path: binary }), detectMessages)
}

/**
 * Opens the kernel's events of this machine, this process' own left out.
 *
 * @param wanted - what the sensor tells of: see `openKernelSensor`
 * @throws UsageError where there is no sensor
 */
export function openSensor(
  choice: SensorChoice,
  wanted: Pick<
    Parameters<typeof openKernelSensor>[0],
    'calls' | 'behavior' | 'cgroups' | 'ready' | 'incident' | 'cluster'
  >,
): KernelSensor {
  return openKernelSensor({
    ...wanted,
    binary: sensorBinary(choice),
    exclude: [process.pid],
    runtimes: runtimeSockets(choice.containerRuntime),
    pause: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
  })
}
