import { sensorMessages } from './messages.ts'
import type { SensorProblem } from './sensor.ts'

/** The problem of a source that cannot be read on. */
export function unreadable(error: unknown, source: string): SensorProblem {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return {
    code: 'ERR_UNREADABLE',
    problem: sensorMessages.make.unreadable({ reason }),
    position: { source, line: 0 },
    isLoss: true,
  }
}
