import type { KubernetesObject, PodTemplateView } from '../../kubernetes/index.ts'
import { evaluatePod, isPodAllowed } from '../standards/evaluate.ts'
import { summarize } from '../standards/summary.ts'
import type { LevelVersion } from '../standards/version.ts'
import type { PodSecuritySettings } from './configuration/settings.ts'
import { isFullyPrivileged, type Labels, MODES, type Mode, resolvePolicy } from './policy.ts'
import { isCoreKind } from './request.ts'

/** What is known of the cluster that manifests are meant for. */
export interface ManifestCluster {
  /**
   * Labels of namespaces by name. Read whenever an object is judged, so the map may be filled while manifests are
   * read: a pod that stands before its Namespace is judged rightly only if it is judged after both were read.
   */
  readonly namespaces: ReadonlyMap<string, Labels>
  /** The cluster's PodSecurityConfiguration; a namespace without labels, or not in the map, has its defaults. */
  readonly settings: PodSecuritySettings
}

/** Adds the object's labels to those of the known namespaces, if it is a Namespace. @returns whether it is */
export function addNamespace(namespaces: Map<string, Labels>, object: KubernetesObject): boolean {
  if (!isCoreKind(object, 'Namespace')) return false
  const { name = '', labels = {} } = object.metadata ?? {}
  namespaces.set(name, labels)
  return true
}

/** A policy that a pod would break, and the modes of its namespace that have it. */
export interface Breach {
  readonly modes: readonly Mode[]
  readonly policy: LevelVersion
  /** What is broken, in Kubernetes' words: each control with its detail in parentheses. */
  readonly detail: string
}

/** How a pod, or the pods of a workload, would fare in their namespace. */
export interface Outlook {
  readonly namespace: string
  /** The policy that would have the API server reject the pod. */
  readonly denied?: Breach
  /** Other policies that it would write to the audit log or warn about; each once. */
  readonly noted: readonly Breach[]
}

/**
 * What Pod Security Admission would make of a pod in a manifest, or of the pods that a workload creates, in the
 * namespace that the manifest names. Exempt namespaces and runtime classes count; users do not, since a manifest
 * does not say who will apply it.
 *
 * @param object - the Pod or workload
 * @param pod - its pod
 */
export function outlookOf(object: KubernetesObject, pod: PodTemplateView, cluster: ManifestCluster): Outlook {
  const { settings } = cluster
  const namespace = namespaceOf(object)
  const runtimeClass = pod.spec.runtimeClassName ?? ''
  const isExempt =
    settings.exemptions.namespaces.includes(namespace) ||
    (runtimeClass !== '' && settings.exemptions.runtimeClasses.includes(runtimeClass))
  if (isExempt) return { namespace, noted: [] }

  const { policy } = resolvePolicy(cluster.namespaces.get(namespace) ?? {}, settings.defaults)
  if (isFullyPrivileged(policy)) return { namespace, noted: [] }
  const breaches: Breach[] = []
  for (const mode of MODES) {
    const levelVersion = policy[mode]
    const known = breaches.findIndex(({ policy: other }) => isSame(other, levelVersion))
    const breach = breaches[known]
    if (breach !== undefined) breaches[known] = { ...breach, modes: [...breach.modes, mode] }
    else if (!isPodAllowed(levelVersion.level, levelVersion.version, pod))
      breaches.push({ modes: [mode], policy: levelVersion, detail: detailOf(levelVersion, pod) })
  }
  const denied = breaches.find(({ modes }) => modes.includes('enforce'))
  const noted = breaches.filter((breach) => breach !== denied)
  return denied === undefined ? { namespace, noted } : { namespace, denied, noted }
}

/** The namespace that `kubectl apply` puts an object into if it is not told another one. */
function namespaceOf(object: KubernetesObject): string {
  return object.metadata?.namespace ?? 'default'
}

function isSame(a: LevelVersion, b: LevelVersion): boolean {
  return a.level === b.level && a.version === b.version
}

function detailOf({ level, version }: LevelVersion, pod: PodTemplateView): string {
  return summarize(evaluatePod(level, version, pod)).forbiddenDetail
}
