export type { Check, Detection, Subject } from './check.ts'
export {
  type Finding,
  type Location,
  type PatchOperation,
  type Remediation,
  type ResourceReference,
  SEVERITIES,
  type Severity,
} from './finding.ts'
