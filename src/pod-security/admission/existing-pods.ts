import { goQuote, type Pod } from '../../kubernetes/index.ts'
import { formatLevelVersion, type LevelVersion } from '../standards/version.ts'
import { type AdmissionContext, isExemptRuntimeClass } from './context.ts'

/**
 * Tries the pods of a namespace against the level that is going to be enforced there.
 *
 * "Evaluation of pods in a namespace is limited …, and a warning emitted if not all pods are checked. If multiple
 * pods have identical warnings, the warnings are aggregated" (KEP-2579, Namespace policy update warnings).
 *
 * @returns warnings in Kubernetes' words: how many pods were looked at if not all, then one line for each distinct
 *   set of violations, in the order of their text
 */
export function warningsForExistingPods(
  namespace: string,
  enforce: LevelVersion,
  context: AdmissionContext,
): readonly string[] {
  const pods = context.podsIn(namespace)
  if (pods === undefined) return ['failed to list pods while checking new PodSecurity enforce level']

  const candidates = prioritizePods(pods, (pod) => isExemptRuntimeClass(context, pod.spec?.runtimeClassName))
  const namesByReason = new Map<string, string[]>()
  let checked = 0
  for (const pod of candidates.slice(0, context.maxPodsToCheck)) {
    const verdict = context.evaluate(enforce, { metadata: pod.metadata ?? {}, spec: pod.spec ?? {} })
    if (!verdict.allowed) {
      const names = namesByReason.get(verdict.forbiddenReason)
      if (names === undefined) namesByReason.set(verdict.forbiddenReason, [nameOf(pod)])
      else names.push(nameOf(pod))
    }
    checked++
    if (context.isTimeUp()) break
  }

  const warnings: string[] = []
  if (checked < candidates.length)
    warnings.push(
      `new PodSecurity enforce level only checked against the first ${checked} of ${candidates.length} existing pods`,
    )
  if (namesByReason.size > 0)
    warnings.push(
      `existing pods in namespace ${goQuote(namespace)} violate the new PodSecurity enforce level ${goQuote(formatLevelVersion(enforce))}`,
    )
  const lines = [...namesByReason].map(([reason, names]) => `${describePods(names)}: ${reason}`)
  return [...warnings, ...lines.sort(byCodePoints)]
}

/**
 * The order in which pods are tried, without those of an exempt runtime class: "controlled pods after the first one
 * are checked only if sufficient pod count and time remain. This prioritizes checking unique pods over checking many
 * identical replicas" (KEP-2579, Namespace policy update warnings).
 */
function prioritizePods(pods: readonly Pod[], isExempt: (pod: Pod) => boolean): readonly Pod[] {
  const first: Pod[] = []
  const replicas: Pod[] = []
  const controllers = new Set<string>()
  for (const pod of pods) {
    if (isExempt(pod)) continue
    const controller = pod.metadata?.ownerReferences?.find((owner) => owner.controller === true)
    const uid = controller?.uid ?? ''
    if (controller !== undefined && controllers.has(uid)) {
      replicas.push(pod)
      continue
    }
    if (controller !== undefined) controllers.add(uid)
    first.push(pod)
  }
  return [...first, ...replicas]
}

function nameOf(pod: Pod): string {
  return pod.metadata?.name ?? ''
}

/** The first name in alphabetical order stands for all. */
function describePods(names: readonly string[]): string {
  const [first = ''] = [...names].sort(byCodePoints)
  const others = names.length - 1
  if (others === 0) return first
  return others === 1 ? `${first} (and 1 other pod)` : `${first} (and ${others} other pods)`
}

/** As Go compares strings; JavaScript's own comparison orders UTF-16 units, which differs beyond U+FFFF. */
function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
