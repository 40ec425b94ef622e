export { type SensedAuditEvent, senseAuditEvents, senseDeliveries } from './audit-events.ts'
export { CaptureReader } from './capture/capture-reader.ts'
export { senseCapture } from './capture/sense-capture.ts'
export {
  type ConnectorRefusal,
  chooseSensor,
  SENSOR_KINDS,
  type SensorFacts,
  type SensorKind,
  sensorChoiceMessages,
  TRACER_KINDS,
  type TracerKind,
} from './fallback/choose-sensor.ts'
export { SEEN_EVENTS } from './fallback/seen-events.ts'
export { openBpftrace } from './fallback/sense-bpftrace.ts'
export { openProc } from './fallback/sense-proc.ts'
export { isCapture, isSyscallText } from './form.ts'
export type { Awaited, Container } from './kernel/container.ts'
export { ownerOfControlGroups } from './kernel/control-group-owner.ts'
export {
  containerField,
  type KernelValue,
  kernelEventKind,
  kernelField,
  kernelFieldsOfKind,
  sourceOfField,
  typeName as kernelEventType,
} from './kernel/fields/index.ts'
export type { KernelEvent } from './kernel/kernel-event.ts'
export type { KnownContainers } from './live/containers/container-names.ts'
export { type ContainerCommand, type RuntimeSocket, runtimeSockets } from './live/containers/directory.ts'
export { askForPod, type PodName, type PodOfApi } from './live/containers/pod-of-api.ts'
export { type ContainerChoice, findContainerGroups } from './live/find-cgroups.ts'
export type { SensorIncident } from './live/incidents.ts'
export { isMonitor } from './live/monitors.ts'
export { type KernelSensor, openKernelSensor } from './live/sense-kernel.ts'
export { parseReport } from './live/sensor-process.ts'
export { type SensorWants, TOLD_AS, wantedCalls } from './live/wanted-calls.ts'
export { sensorFailure, sensorMessages } from './messages.ts'
export { errorName } from './schema/errors.ts'
export { NATIVE_CALL_NAMES, nativeCallName } from './schema/native-calls.ts'
export type { Sensor, SensorBatch, SensorPosition, SensorProblem } from './sensor.ts'
export { readStrace } from './strace/read.ts'
export { runStrace, type Straced } from './strace/run-strace.ts'
export {
  type SensedScalar,
  type SensedSyscallEvent,
  type SensedValue,
  senseSyscallEvents,
} from './syscall-events.ts'
export { signalName } from './trace/flags.ts'
export { openTrace } from './trace/open-trace.ts'
export {
  callLine,
  errorOf,
  errorResult,
  nameOfCall,
  neverReturns,
  type ShownCall,
  showCall,
} from './trace/show-call.ts'
export type { StartedProgram, Traced } from './trace/trace-stream.ts'
