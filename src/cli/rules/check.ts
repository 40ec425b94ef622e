import pc from 'picocolors'
import type { Language, Render } from '../../messages/index.ts'
import { type Diagnostic, validateSchema } from '../../runtime/rules/index.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { terminalOf } from '../terminal.ts'
import { type DiagnosticStyle, diagnosticText } from './diagnostics.ts'
import { type LoadedRules, loadRuleFiles, rulesRenderer } from './load.ts'
import { rulesMessages } from './messages.ts'
import { unreadableCode, unreadableLine } from './problem-lines.ts'

export interface CheckOptions {
  readonly source?: readonly string[]
  readonly failOn: string
  readonly format: string
  readonly color: boolean
}

const { make } = rulesMessages

/**
 * `haetae rules check`: loads the files in order, each on top of those before, and tells of every error and warning.
 *
 * @returns 1 for errors (with `--fail-on warning` also for warnings), 3 where a file could not be read
 */
export function checkRules(paths: readonly string[], options: CheckOptions, language: Language): ExitStatus {
  const format = choiceOf('--format', options.format, ['text', 'json'])
  const failOn = choiceOf('--fail-on', options.failOn, ['error', 'warning', 'none'])
  const render = rulesRenderer(language)
  const rules = loadRuleFiles(paths, options.source === undefined ? {} : { sources: options.source })
  for (const each of rules.unreadable) process.stderr.write(`${unreadableLine(each, render)}\n`)
  const { colour } = terminalOf(process.stdout, process.env, options.color)
  const style = { language, render, colors: pc.createColors(colour) }
  process.stdout.write(format === 'json' ? checkJson(rules, render) : checkText(rules, style))
  if (rules.unreadable.length > 0) return EXIT.incomplete
  const failing =
    (failOn === 'none' ? 0 : rules.errors.length) + (failOn === 'warning' ? rules.warnings.length : 0)
  return failing > 0 ? EXIT.findings : EXIT.done
}

/** Every diagnostic with its line, in the order of files and places, and a summary. */
export function checkText({ files, loaded, errors, warnings }: LoadedRules, style: DiagnosticStyle): string {
  const all = [
    ...errors.map((diagnostic) => ({ diagnostic, severity: 'error' as const })),
    ...warnings.map((diagnostic) => ({ diagnostic, severity: 'warning' as const })),
  ]
  const order = files.map(({ name }) => name)
  const sorted = all.toSorted((a, b) => compare(a.diagnostic, b.diagnostic, order))
  const texts = sorted.map(({ diagnostic, severity }) => diagnosticText(diagnostic, severity, files, style))
  const summary = make.checked({
    files: files.length,
    rules: loaded.rules.rules.length,
    errors: errors.length,
    warnings: warnings.length,
  })
  return `${[...texts, style.render(summary)].join('\n\n')}\n`
}

function compare(a: Diagnostic, b: Diagnostic, order: readonly string[]): number {
  return order.indexOf(a.file) - order.indexOf(b.file) || a.line - b.line || a.column - b.column
}

/** One JSON document: `{valid, rules, macros, lists, files: [{file, schema}], errors, warnings}`. */
export function checkJson(
  { files, unreadable, loaded, errors, warnings }: LoadedRules,
  render: Render,
): string {
  const { rules, macros, lists } = loaded.rules
  const report = {
    valid: loaded.ok && unreadable.length === 0,
    rules: rules.length,
    macros: macros.length,
    lists: lists.length,
    files: files.map(({ name, text }) => ({ file: name, schema: validateSchema(text) })),
    unreadable: unreadable.map((each) => ({
      file: each.file,
      code: unreadableCode(each),
      reason: each.reason,
    })),
    errors: errors.map((each) => diagnosticJson(each, render)),
    warnings: warnings.map((each) => diagnosticJson(each, render)),
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

function diagnosticJson({ own, advice, context, ...plain }: Diagnostic, render: Render) {
  return {
    ...plain,
    context: context.map(({ type, name }) => ({ type, name })),
    ...(own === undefined ? {} : { explanation: render(own) }),
    ...(advice === undefined ? {} : { advice: render(advice) }),
  }
}
