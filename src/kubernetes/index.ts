export { formatFieldPath } from './objects/field-path.ts'
export type {
  Container,
  EphemeralContainer,
  FieldPath,
  Given,
  KubernetesObject,
  ObjectMeta,
  Pod,
  PodSpec,
  PodTemplate,
} from './objects/types.ts'
export { groupOf, isWorkload, type PodTemplateView, podTemplateOf } from './objects/workload.ts'
