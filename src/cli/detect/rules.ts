import { join } from 'node:path'
import pc from 'picocolors'
import type { Language } from '../../messages/index.ts'
import type { RuleMatching } from '../../runtime/detection/index.ts'
import {
  type EventSourceName,
  type ExtraOutput,
  type Rule,
  type RuleSelection,
  selectRules,
} from '../../runtime/rules/index.ts'
import { packageRoot } from '../package-root.ts'
import { diagnosticText } from '../rules/diagnostics.ts'
import { type LoadedRules, loadRuleFiles, rulesRenderer } from '../rules/load.ts'
import { unreadableLine } from '../rules/problem-lines.ts'
import { withoutOptimising } from '../without-optimising.ts'

/** Which rules run, and how. */
export interface RuleChoice {
  /** Files and folders. */
  readonly paths: readonly string[]
  readonly source: EventSourceName
  readonly selection: RuleSelection
  readonly matching: RuleMatching
  /** What is added to the output of rules. */
  readonly extraOutputs?: readonly ExtraOutput[]
}

export type RunningRules =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly errors: number; readonly report: string }

/** The file of the rules that ship with Haetae. */
export function defaultRules(source: EventSourceName): string {
  return join(packageRoot(), 'rules', `${source}.yaml`)
}

/** Errors that are shown of rules that do not load; all of them, `haetae rules check` shows. */
const SHOWN_ERRORS = 5

/**
 * Loads the rules and chooses those that run.
 *
 * @returns the rules in the order of the files; or, where a file cannot be read or is not valid, what to tell
 */
export function loadRunningRules(
  { paths, source, selection, extraOutputs = [] }: RuleChoice,
  language: Language,
  colour: boolean,
): RunningRules {
  const loaded = withoutOptimising(() => loadRuleFiles(paths, { extraOutputs }))
  const errors = loaded.errors.length + loaded.unreadable.length
  if (errors > 0) return { ok: false, errors, report: reportOf(loaded, language, colour) }
  const { rules } = loaded.loaded.rules
  const selected = selectRules(rules, selection)
  return { ok: true, rules: rules.filter((rule) => rule.source === source && selected.has(rule.name)) }
}

function reportOf({ unreadable, errors, files }: LoadedRules, language: Language, colour: boolean): string {
  const render = rulesRenderer(language)
  const style = { language, render, colors: pc.createColors(colour) }
  const lines = [
    ...unreadable.map((each) => unreadableLine(each, render)),
    ...errors.slice(0, SHOWN_ERRORS).map((error) => diagnosticText(error, 'error', files, style)),
  ]
  return lines.map((line) => `${line}\n`).join('')
}
