import {
  fieldsOf,
  type KubernetesObject,
  listOf,
  matchesLabels,
  type Pod,
} from '../../../../kubernetes/index.ts'
import { isBestEffort } from '../pods/quality-of-service.ts'

/** One requirement of a quota's `scopes` or `scopeSelector`, or of a limited resource's `matchScopes`. */
export interface ScopeRequirement {
  readonly scopeName: string
  readonly operator: string
  readonly values: readonly string[]
}

/** Whether a pod is in a scope (Kubernetes documentation, "Resource Quotas", Quota scopes). */
export function isInScope(pod: Pod, { scopeName, operator, values }: ScopeRequirement): boolean {
  switch (scopeName) {
    case 'Terminating':
      return isTerminating(pod)
    case 'NotTerminating':
      return !isTerminating(pod)
    case 'BestEffort':
      return isBestEffort(pod)
    case 'NotBestEffort':
      return !isBestEffort(pod)
    case 'PriorityClass': {
      const name = pod.spec?.priorityClassName ?? ''
      const labels = name === '' ? {} : { PriorityClass: name }
      return matchesLabels({ matchExpressions: [{ key: 'PriorityClass', operator, values }] }, labels)
    }
    case 'CrossNamespacePodAffinity':
      return usesOtherNamespaces(pod)
    default:
      return false
  }
}

/**
 * Whether a claim is in a scope: "Match PersistentVolumeClaims that reference the specified volume attributes class",
 * which it has, is to have, or is being given.
 */
export function isClaimInScope(
  claim: KubernetesObject,
  { scopeName, operator, values }: ScopeRequirement,
): boolean {
  if (scopeName !== 'VolumeAttributesClass') return false
  const { volumeAttributesClassName } = fieldsOf(claim['spec'])
  const { currentVolumeAttributesClassName, modifyVolumeStatus } = fieldsOf(claim['status'])
  const named = [
    volumeAttributesClassName,
    currentVolumeAttributesClassName,
    fieldsOf(modifyVolumeStatus)['targetVolumeAttributesClassName'],
  ].filter((name): name is string => typeof name === 'string' && name !== '')
  const candidates = named.length === 0 ? [{}] : named.map((name) => ({ VolumeAttributesClass: name }))
  return candidates.some((labels: Readonly<Record<string, string>>) =>
    matchesLabels({ matchExpressions: [{ key: 'VolumeAttributesClass', operator, values }] }, labels),
  )
}

/** "Match pods where .spec.activeDeadlineSeconds >= 0". */
export function isTerminating({ spec }: Pod): boolean {
  return (spec?.activeDeadlineSeconds ?? -1) >= 0
}

/** "Match pods that have cross-namespace pod (anti)affinity terms". */
function usesOtherNamespaces({ spec }: Pod): boolean {
  return [spec?.affinity?.podAffinity, spec?.affinity?.podAntiAffinity].some((affinity) =>
    [
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
        ({ podAffinityTerm }) => podAffinityTerm ?? {},
      ),
    ].some(
      ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
    ),
  )
}

/** The requirements of a quota: those of `scopes` hold where they are. */
export function scopesOf(spec: Readonly<Record<string, unknown>>): readonly ScopeRequirement[] {
  const { scopes, scopeSelector } = spec
  const listed = listOf(scopes)
  return [
    ...listed.map((scope) => ({ scopeName: String(scope), operator: 'Exists', values: [] })),
    ...requirementsOf((scopeSelector as { matchExpressions?: unknown } | null | undefined)?.matchExpressions),
  ]
}

export function requirementsOf(list: unknown): readonly ScopeRequirement[] {
  if (!Array.isArray(list)) return []
  return list.map((item: { scopeName?: unknown; operator?: unknown; values?: unknown } | null) => ({
    scopeName: String(item?.scopeName ?? ''),
    operator: String(item?.operator ?? ''),
    values: Array.isArray(item?.values) ? item.values.map(String) : [],
  }))
}
