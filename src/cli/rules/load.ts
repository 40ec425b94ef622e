import { createRenderer, type Language, type Render } from '../../messages/index.ts'
import {
  adviceMessages,
  type Diagnostic,
  type LoadOptions,
  type LoadResult,
  loadRules,
  type RuleFile,
  statefulMessages,
} from '../../runtime/rules/index.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { rulesMessages } from './messages.ts'
import { problemLine, unreadableLine } from './problem-lines.ts'
import { readRuleFiles, type UnreadableFile } from './rule-files.ts'

/** Every message that `haetae rules` may render. */
const RULES_MESSAGES = [rulesMessages, adviceMessages, statefulMessages]

export interface LoadedRules {
  readonly files: readonly RuleFile[]
  readonly unreadable: readonly UnreadableFile[]
  readonly loaded: LoadResult
  /** Of all files, each once: Falco repeats what it says of a file for each file after it. */
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

/** Reads and loads rule files, going on after errors. */
export function loadRuleFiles(
  paths: readonly string[],
  options: Pick<LoadOptions, 'sources' | 'extraOutputs'> = {},
): LoadedRules {
  const { files, unreadable } = readRuleFiles(paths)
  const loaded = loadRules(files, { ...options, afterFault: 'continue' })
  return {
    files,
    unreadable,
    loaded,
    errors: once(loaded.files.flatMap(({ errors }) => errors)),
    warnings: once(loaded.files.flatMap(({ warnings }) => warnings)),
  }
}

export function rulesRenderer(language: Language): Render {
  return createRenderer(RULES_MESSAGES, language)
}

/** Tells on standard error of files that could not be read, and of errors in the others. @returns 3 where there are any */
export function complain({ unreadable, errors }: LoadedRules, render: Render): ExitStatus {
  for (const each of unreadable) process.stderr.write(`${unreadableLine(each, render)}\n`)
  const invalid = rulesMessages.make.invalid({ errors: errors.length })
  if (errors.length > 0) process.stderr.write(`${problemLine('haetae', 'ERR_RULES', invalid, render)}\n`)
  return unreadable.length + errors.length > 0 ? EXIT.incomplete : EXIT.done
}

function once<T extends Diagnostic>(diagnostics: readonly T[]): T[] {
  const seen = new Map(
    diagnostics.map((each) => [
      JSON.stringify([each.code, each.file, each.line, each.column, each.message]),
      each,
    ]),
  )
  return [...seen.values()]
}
