import {
  type Alert,
  type AlertOrigin,
  createAlerts,
  createDetector,
  type DetectionSource,
  type DetectorCounts,
  type RuleMatching,
} from '../../runtime/detection/index.ts'
import type { Rule } from '../../runtime/rules/index.ts'
import { endStart, withoutOptimising } from '../without-optimising.ts'
import { addCounts } from './tally.ts'

/** Detection whose rules can be replaced while it runs. */
export interface Detection<E> {
  alerts(event: E): readonly Alert[]
  /** From the next event on these rules run; what stateful conditions remembered is forgotten. */
  replace(rules: readonly Rule[]): void
  counts(): DetectorCounts
}

const NONE: readonly Alert[] = []

export function createDetection<E>(
  rules: readonly Rule[],
  source: DetectionSource<E>,
  matching: RuleMatching,
  origin: AlertOrigin,
): Detection<E> {
  const alertOf = createAlerts(source, origin)
  const earlier: DetectorCounts = { suppressed: 0, evicted: 0, late: 0 }
  const create = (chosen: readonly Rule[]) => createDetector(chosen, source, { matching })
  let detector = withoutOptimising(() => create(rules))
  endStart()
  return {
    alerts(event) {
      const found = detector.detect(event)
      if (found.length === 0) return NONE
      return found.map((output) => alertOf(output, event))
    },
    replace(next) {
      addCounts(earlier, detector.counts)
      detector = create(next)
    },
    counts() {
      const sum = { ...earlier }
      addCounts(sum, detector.counts)
      return sum
    },
  }
}
