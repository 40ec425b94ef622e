import type { Language } from '../../../messages/index.ts'
import { type Rule, selectRules } from '../../../runtime/rules/index.ts'
import type { ExitStatus } from '../../exit.ts'
import { complain, loadRuleFiles, rulesRenderer } from '../../rules/load.ts'

export interface AuditRules {
  /** Those of source `k8s_audit` that run, in the order of the files. */
  readonly rules: readonly Rule[]
  /** 3 where a file could not be read or has errors; that was told on standard error. */
  readonly status: ExitStatus
}

/** Loads the detections of rule files and folders that look at audit events. */
export function loadAuditRules(paths: readonly string[], language: Language): AuditRules {
  const loaded = loadRuleFiles(paths)
  const status = complain(loaded, rulesRenderer(language))
  const all = loaded.loaded.rules.rules
  const on = selectRules(all)
  return { rules: all.filter(({ name, source }) => source === 'k8s_audit' && on.has(name)), status }
}
