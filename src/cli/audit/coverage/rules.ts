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

/** Which rules run: the options of that name, as commander gives them. */
export interface RuleOptions {
  readonly rules: readonly string[]
  readonly disable?: readonly string[]
  readonly disableTag?: readonly string[]
  readonly enableTag?: readonly string[]
}

/** Loads the detections of rule files and folders that look at audit events. */
export function loadAuditRules(
  { rules: paths, disable, disableTag, enableTag }: RuleOptions,
  language: Language,
): AuditRules {
  const loaded = loadRuleFiles(paths)
  const status = complain(loaded, rulesRenderer(language))
  const all = loaded.loaded.rules.rules
  const on = selectRules(all, {
    ...(disable && { disableNameParts: disable }),
    ...(disableTag && { disableTags: disableTag }),
    ...(enableTag && { enableTags: enableTag }),
  })
  return { rules: all.filter(({ name, source }) => source === 'k8s_audit' && on.has(name)), status }
}
