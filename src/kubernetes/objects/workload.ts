import { isRecord } from './json.ts'
import type { FieldPath, KubernetesObject, ObjectMeta, PodSpec } from './types.ts'

/** Where each kind that creates pods keeps its pod template. */
const TEMPLATE_PATHS: Readonly<Record<string, FieldPath>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  PodTemplate: ['template'],
}

const KINDS_BY_LETTERS = new Map(Object.keys(TEMPLATE_PATHS).map((kind) => [kind.toLowerCase(), kind]))

/** API groups in which those kinds live, now or in an older version; a custom resource may reuse a kind's name. */
const WORKLOAD_GROUPS = new Set(['', 'apps', 'batch', 'extensions'])

/** The pod that an object is, or makes. */
export interface PodTemplateView {
  /** Path of the thing that has `metadata` and `spec`: empty for a Pod. */
  readonly path: FieldPath
  readonly metadata: ObjectMeta
  readonly spec: PodSpec
}

/** The API group of an `apiVersion`: `apps` of `apps/v1`, `''` of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/** Whether objects of this type carry a pod template (a Pod is its own). */
export function isWorkload(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  return Object.hasOwn(TEMPLATE_PATHS, object.kind) && WORKLOAD_GROUPS.has(groupOf(object.apiVersion))
}

/**
 * The workload kind that was meant by one that differs from it in case alone: the API server knows no such kind.
 *
 * @returns undefined for a workload, and for any other kind
 */
export function miscasedWorkloadKind(object: {
  readonly apiVersion: string
  readonly kind: string
}): string | undefined {
  if (Object.hasOwn(TEMPLATE_PATHS, object.kind)) return undefined
  const meant = KINDS_BY_LETTERS.get(object.kind.toLowerCase())
  return meant !== undefined && WORKLOAD_GROUPS.has(groupOf(object.apiVersion)) ? meant : undefined
}

/**
 * The pod template of a workload, or the pod itself.
 *
 * @returns undefined for other kinds, and for a workload whose template or pod spec is missing
 */
export function podTemplateOf(object: KubernetesObject): PodTemplateView | undefined {
  if (!isWorkload(object)) return undefined
  const path = TEMPLATE_PATHS[object.kind] ?? []
  let template: unknown = object
  for (const part of path) template = isRecord(template) ? template[part] : undefined
  if (!isRecord(template) || !isRecord(template['spec'])) return undefined
  const metadata = isRecord(template['metadata']) ? (template['metadata'] as ObjectMeta) : {}
  return { path, metadata, spec: template['spec'] as PodSpec }
}
