import { EVENT_SOURCES } from '../fields/index.ts'
import { adviseOnField } from './advice/fields.ts'
import { Collector } from './collector.ts'
import { compile } from './compile.ts'
import { isOperand } from './condition-check.ts'
import { Diagnostics, type RuleError, type RuleWarning } from './diagnostic.ts'
import type { ExtraOutput } from './extra-output.ts'
import { type AfterFault, readFile } from './read/read-file.ts'
import { EMPTY_RULE_SET, type RuleSet } from './ruleset.ts'
import { createRuleSource, type RuleFile } from './source.ts'

export interface LoadOptions {
  /** Event sources whose rules are loaded; rules of others are passed over with a warning. Default: all that are known. */
  readonly sources?: readonly string[]
  /** What is added to the output of all or some rules. */
  readonly extraOutputs?: readonly ExtraOutput[]
  /**
   * `stop` (default): at the first error of a file, and with the files after it, as Falco does. `continue`: tell of every error; the
   * rule set then holds all rules that have none.
   */
  readonly afterFault?: AfterFault
}

/** What loading one file said. Each file is loaded on top of those before it, and all rules are checked again each time. */
interface FileResult {
  readonly file: string
  readonly ok: boolean
  readonly errors: readonly RuleError[]
  readonly warnings: readonly RuleWarning[]
}

export interface LoadResult {
  readonly ok: boolean
  /** One for each file that was looked at, in their order. */
  readonly files: readonly FileResult[]
  /** What all files together define; with errors, only what has none. */
  readonly rules: RuleSet
}

/**
 * Loads rule files in order, each on top of those before: rules, macros, lists, their overrides, appends and exceptions.
 *
 * @param files - YAML texts; a file of several documents is read as one
 * @returns the rule set, and Falco's errors and warnings by file. Never throws for what the texts say.
 * @see https://falco.org/docs/concepts/rules/ and userspace/engine/rule_loader_*.cpp
 */
export function loadRules(files: readonly RuleFile[], options: LoadOptions = {}): LoadResult {
  const { sources = EVENT_SOURCES, extraOutputs = [], afterFault = 'stop' } = options
  const collector = new Collector(sources, (field, source) =>
    isOperand(field, source) ? { ok: true } : { ok: false, advice: adviseOnField(field, source) },
  )
  const results: FileResult[] = []
  let rules = EMPTY_RULE_SET
  for (const file of files) {
    const diagnostics = new Diagnostics()
    const isRead = readFile(createRuleSource(file), collector, diagnostics, afterFault)
    if (isRead || afterFault === 'continue') rules = compile(collector, extraOutputs, diagnostics, afterFault)
    const { errors, warnings } = diagnostics
    results.push({ file: file.name, ok: errors.length === 0, errors, warnings })
    if (errors.length > 0 && afterFault === 'stop') break
  }
  return { ok: results.every(({ ok }) => ok), files: results, rules }
}
