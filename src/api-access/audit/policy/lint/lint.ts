import type { FieldPath, Position } from '../../../../kubernetes/index.ts'
import type { Message } from '../../../../messages/index.ts'
import { loadPolicy } from '../load.ts'
import type { PolicyCheck, PolicySeverity, PolicySubject } from './check.ts'
import { missingCatchAll } from './missing-catch-all.ts'
import { omittedStages } from './omitted-stages.ts'
import { policyForm } from './policy-form.ts'
import { createReach } from './reach.ts'
import { readNoise } from './read-noise.ts'
import { refusal, refusedPolicy } from './refused-policy.ts'
import { resourcePattern } from './resource-pattern.ts'
import { secretInBody } from './secret-in-body.ts'
import { shadowedRule } from './shadowed-rule.ts'
import { unmatchableValue } from './unmatchable-value.ts'

/** Every check of `haetae audit lint`. */
export const POLICY_CHECKS: readonly PolicyCheck[] = [
  refusedPolicy,
  policyForm,
  shadowedRule,
  unmatchableValue,
  resourcePattern,
  secretInBody,
  readNoise,
  omittedStages,
  missingCatchAll,
]

/** What a check said of a policy, and where in the text. */
export interface PolicyFinding {
  readonly check: string
  readonly severity: PolicySeverity
  /** Path from the policy's root. */
  readonly path: FieldPath
  readonly position: Position
  readonly message: Message
}

/**
 * Finds what is wrong, or probably not meant, in the text of an audit policy.
 *
 * @returns the findings in the order of the text; those of the loader alone where the API server would refuse the text
 */
export function lintPolicy(text: string): PolicyFinding[] {
  const loaded = loadPolicy(text)
  if ('errors' in loaded)
    return loaded.errors.map((error) => {
      return {
        check: refusedPolicy.id,
        severity: 'high',
        path: [],
        position: error.position,
        message: refusal(error),
      }
    })

  const findings: PolicyFinding[] = []
  const subject: PolicySubject = {
    policy: loaded.policy,
    warnings: loaded.warnings,
    reach: createReach(loaded.policy),
    lineOf: (rule) => loaded.locate(['rules', rule]).line,
  }
  for (const { id, severity, run } of POLICY_CHECKS)
    run(subject, (remark) => {
      findings.push({
        check: id,
        severity: remark.severity ?? severity,
        path: remark.path,
        position: remark.position ?? loaded.locate(remark.path),
        message: remark.message,
      })
    })
  return findings.sort(({ position: a }, { position: b }) => a.line - b.line || a.column - b.column)
}
