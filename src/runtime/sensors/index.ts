export { type SensedAuditEvent, senseAuditEvents } from './audit-events.ts'
export { sensorMessages } from './messages.ts'
export type { Sensor, SensorBatch, SensorPosition, SensorProblem } from './sensor.ts'
export {
  type SensedScalar,
  type SensedSyscallEvent,
  type SensedValue,
  senseSyscallEvents,
} from './syscall-events.ts'
