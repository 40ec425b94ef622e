import type { PodSpec } from '../kubernetes/index.ts'
import { forEachRecord } from './containers.ts'

/** The node label that tells the operating system (reference/labels-annotations-taints), and its older form. */
const OS_LABELS = ['kubernetes.io/os', 'beta.kubernetes.io/os']

/**
 * How a pod says that it runs on Windows: `declared` by `spec.os.name`, which the API server and admission act
 * on; `scheduled` there by its node selector or required node affinity alone, which only the scheduler reads
 * ("the scheduler does not use the value of .spec.os.name", concepts/workloads/pods).
 *
 * @returns undefined for a pod that does not say so
 */
export function windowsPod(spec: PodSpec): 'declared' | 'scheduled' | undefined {
  const declared = spec.os?.name
  if (declared === 'windows') return 'declared'
  if (declared !== undefined) return undefined
  for (const label of OS_LABELS) if (spec.nodeSelector?.[label] === 'windows') return 'scheduled'
  return spec.affinity?.nodeAffinity !== undefined && affinityRequiresWindows(spec) ? 'scheduled' : undefined
}

/** The terms of a node selector are alternatives, so that each of them must require Windows. */
function affinityRequiresWindows(spec: PodSpec): boolean {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  let terms = 0
  let windows = 0
  forEachRecord<{ matchExpressions?: unknown }>(required?.nodeSelectorTerms, (term) => {
    terms++
    let matches = false
    forEachRecord<{ key?: unknown; operator?: unknown; values?: unknown }>(
      term.matchExpressions,
      ({ key, operator, values }) => {
        if (typeof key !== 'string' || !OS_LABELS.includes(key) || operator !== 'In') return
        matches ||= Array.isArray(values) && values.length === 1 && values[0] === 'windows'
      },
    )
    if (matches) windows++
  })
  return terms > 0 && windows === terms
}
