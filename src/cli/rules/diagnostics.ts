import type pc from 'picocolors'
import { blanks, excerptOf, visible } from '../../findings/index.ts'
import type { Language, Render } from '../../messages/index.ts'
import type { Diagnostic, RuleFile } from '../../runtime/rules/index.ts'
import { CODE_TEXT } from './code-text.ts'
import { rulesMessages } from './messages.ts'

const { make } = rulesMessages

/** What is needed to write diagnostics for people. */
export interface DiagnosticStyle {
  readonly language: Language
  readonly render: Render
  readonly colors: ReturnType<typeof pc.createColors>
}

export type Severity = 'error' | 'warning'

/**
 * One diagnostic with the line that it is about:
 *
 * ```
 * rules.yaml:4:32: error: the condition does not compile [LOAD_ERR_COMPILE_CONDITION]
 *   rule "Shell": `filter_check called with nonexistent field proc.nam`
 *     4 |   condition: evt.type = execve and proc.nam = sh
 *       |                                    ^
 *   help: did you mean proc.name?
 * ```
 */
export function diagnosticText(
  diagnostic: Diagnostic,
  severity: Severity,
  files: readonly RuleFile[],
  { language, render, colors }: DiagnosticStyle,
): string {
  const { code, file, line, column, message, own, advice } = diagnostic
  const colour = severity === 'error' ? colors.red : colors.yellow
  const place = colors.bold(visible(`${file}:${line}:${column}`))
  const lines = [`${place}: ${colour(render(make[severity]({})))}: ${CODE_TEXT[code][language]} [${code}]`]
  const words = own === undefined ? `\`${message}\`` : render(own)
  const about = [itemOf(diagnostic), message === '' ? '' : words].filter((part) => part !== '').join(': ')
  if (about !== '') lines.push(`  ${visible(about)}`)
  lines.push(...excerptLines(diagnostic, files, colors))
  if (advice !== undefined) lines.push(`  ${colors.cyan(render(make.help({})))}: ${visible(render(advice))}`)
  return lines.join('\n')
}

/** `rule "Name"`: the item that the diagnostic is about. */
function itemOf({ context }: Diagnostic): string {
  const item = context.find(({ type, name }) => ['rule', 'macro', 'list'].includes(type) && name !== '')
  return item === undefined ? '' : `${item.type} "${item.name}"`
}

function excerptLines(
  { file, line, column }: Diagnostic,
  files: readonly RuleFile[],
  colors: DiagnosticStyle['colors'],
): string[] {
  const text = files.find(({ name }) => name === file)?.text
  const lineAt = (wanted: number) => text?.split('\n')[wanted - 1]?.replace(/\r$/, '')
  const excerpt = excerptOf({ file, line, column, path: [] }, { lineAt })
  if (excerpt === undefined || excerpt.text.trim() === '') return []
  const margin = String(line).padStart(5)
  const before = typeof excerpt.before === 'number' ? ' '.repeat(excerpt.before) : excerpt.before
  return [
    `${colors.dim(`${margin} |`)} ${excerpt.text}`,
    `${colors.dim(`${blanks(margin)} |`)} ${before}${colors.bold('^')}`,
  ]
}
