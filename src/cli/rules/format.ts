import { writeFileSync } from 'node:fs'
import type { Language, Render } from '../../messages/index.ts'
import { formatRules, type RuleFile } from '../../runtime/rules/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { rulesRenderer } from './load.ts'
import { rulesMessages } from './messages.ts'
import { problemLine, unreadableLine } from './problem-lines.ts'
import { readRuleFiles } from './rule-files.ts'

export interface FormatOptions {
  readonly check?: boolean
  readonly write?: boolean
}

const { make } = rulesMessages

/**
 * `haetae rules format`: rule files in the canonical layout, on standard output or (`--write`) in place.
 *
 * @returns 1 where (`--check`) a file is in another layout, 3 where a file could not be read or laid out
 * @throws UsageError for options that do not go together
 */
export function formatRuleFiles(
  paths: readonly string[],
  { check = false, write = false }: FormatOptions,
  language: Language,
): ExitStatus {
  if (check && write) throw new UsageError('ERR_OPTIONS', make.checkAndWrite({}), rulesMessages)
  if (write && paths.includes('-')) throw new UsageError('ERR_OPTIONS', make.stdinWrite({}), rulesMessages)
  const render = rulesRenderer(language)
  const { files, unreadable } = readRuleFiles(paths)
  for (const each of unreadable) tell(unreadableLine(each, render))
  let status: ExitStatus = unreadable.length > 0 ? EXIT.incomplete : EXIT.done
  for (const file of files) {
    const formatted = layOut(file, render)
    if (formatted === undefined) status = EXIT.incomplete
    const text = formatted ?? file.text
    if (!check && !write) process.stdout.write(text)
    else if (text !== file.text) {
      tell(render(check ? make.wouldChange({ file: file.name }) : make.written({ file: file.name })))
      if (write) writeFileSync(file.name, text)
      else if (status === EXIT.done) status = EXIT.findings
    }
  }
  return status
}

/** @returns undefined, having told why, for a file that is left as it is */
function layOut({ name, text }: RuleFile, render: Render): string | undefined {
  const formatted = formatRules(text)
  if (formatted.ok) return formatted.text
  const { line, column } = formatted.place
  const place = `${name}:${line}:${column}`
  tell(
    formatted.reason === 'syntax'
      ? problemLine(place, 'LOAD_ERR_YAML_PARSE', make.notYaml({}), render)
      : problemLine(place, 'ERR_RULE_LAYOUT', make.tooUnusual({}), render),
  )
  return undefined
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}
