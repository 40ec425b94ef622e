import { evaluatePod, isPodAllowed } from '../standards/evaluate.ts'
import type { PodView } from '../standards/pod.ts'
import { type Summary, summarize } from '../standards/summary.ts'
import type { LevelVersion } from '../standards/version.ts'

/**
 * Judges a pod, or the pod template of a workload, by one level as of one version. Pure; does not throw on a
 * decoded pod.
 */
export type PodEvaluator = (policy: LevelVersion, pod: PodView) => Summary

/** Judges by the Pod Security Standards themselves. */
export const evaluateByStandards: PodEvaluator = ({ level, version }, pod) =>
  summarize(evaluatePod(level, version, pod))

const ALLOWED: Summary = { allowed: true, forbiddenReason: '', forbiddenDetail: '' }

/** The same; a pod that is allowed, as most are, costs the question alone. */
export const evaluateQuickly: PodEvaluator = (policy, pod) =>
  isPodAllowed(policy.level, policy.version, pod) ? ALLOWED : evaluateByStandards(policy, pod)
