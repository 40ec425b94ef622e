import type { Render } from '../../messages/index.ts'
import { chooseSensor, TRACER_KINDS, type TracerKind } from '../../runtime/sensors/index.ts'
import { cannotSense } from '../detect/choose-sensor.ts'
import { type SensorChoice, sensorPath } from '../detect/kernel-sensor.ts'
import { sensorFacts } from '../detect/sensor-facts.ts'
import { choiceOf } from '../options.ts'
import { traceMessages } from './messages.ts'

/**
 * Chooses what traces, and says why where that is not the sensor.
 *
 * @throws UsageError where nothing can, or what is asked for cannot
 */
export function chooseTracer(choice: SensorChoice, tell: (line: string) => void, render: Render): TracerKind {
  const { sensor = 'auto' } = choice
  if (sensor.includes('/')) return 'ebpf'
  const asked = choiceOf('--sensor', sensor, ['auto', ...TRACER_KINDS])
  // A sensor that was asked for says itself why it cannot run.
  if (asked === 'ebpf') return 'ebpf'
  const { kind, obstacles } = chooseSensor(
    sensorFacts(sensorPath(choice)),
    asked === 'auto' ? TRACER_KINDS : [asked],
  )
  if (kind === undefined) throw cannotSense(obstacles, asked !== 'auto', render)
  for (const obstacle of obstacles) tell(render(obstacle))
  if (kind === 'strace') tell(render(traceMessages.make['by-strace']({})))
  return kind
}
