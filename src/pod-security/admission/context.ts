import type { Pod } from '../../kubernetes/index.ts'
import type { PodSecuritySettings } from './configuration/settings.ts'
import type { PodEvaluator } from './evaluator.ts'
import type { Labels } from './policy.ts'

/** What a decision rests on besides the request. */
export interface AdmissionContext {
  /** The cluster's PodSecurityConfiguration. */
  readonly settings: PodSecuritySettings
  readonly evaluate: PodEvaluator
  /** The labels of a namespace; undefined where no such namespace exists. */
  namespaceLabels(name: string): Labels | undefined
  /** The pods in a namespace; undefined where they could not be listed within the time limit. */
  podsIn(namespace: string): readonly Pod[] | undefined
  /** How many existing pods are tried against a namespace's new policy. */
  readonly maxPodsToCheck: number
  /** Asked after each existing pod: whether the time for trying them is up; Kubernetes gives it a second. */
  isTimeUp(): boolean
}

/** "These checks have a timeout of 1 second and a limit of 3,000 pods" (KEP-2579, Namespace policy update warnings). */
export const DEFAULT_MAX_PODS_TO_CHECK = 3000

export function isExemptNamespace({ settings }: AdmissionContext, namespace: string): boolean {
  return namespace !== '' && settings.exemptions.namespaces.includes(namespace)
}

export function isExemptUser({ settings }: AdmissionContext, username: string): boolean {
  return username !== '' && settings.exemptions.usernames.includes(username)
}

export function isExemptRuntimeClass({ settings }: AdmissionContext, name: string | undefined): boolean {
  return name !== undefined && name !== '' && settings.exemptions.runtimeClasses.includes(name)
}
