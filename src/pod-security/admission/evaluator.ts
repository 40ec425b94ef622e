import { evaluatePod } from '../standards/evaluate.ts'
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
