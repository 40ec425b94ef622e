export type {
  AdmissionRequest,
  AdmissionStage,
  AdmissionSurroundings,
  GroupVersionKind,
  GroupVersionResource,
  Operation,
  Refusal,
  StageOutcome,
} from './stage.ts'
