import pc from 'picocolors'
import type { Language } from '../../messages/index.ts'
import type { ResourceReference, Severity } from '../finding.ts'
import type { ReportedFinding } from '../reported.ts'
import { excerptOf } from './excerpt.ts'
import { labels, phrases, severityLabel } from './labels.ts'
import { remedyLines } from './remedy.ts'
import type { Reporter, Run, TextSink } from './reporter.ts'
import { displayWidth, visible, visibleLines } from './visible.ts'

type Colours = ReturnType<typeof pc.createColors>

/**
 * For people at a terminal: findings under their resource, each with the source line and a caret, and what
 * would mend it.
 *
 * @param colour - whether to use ANSI colours; the caller knows the terminal, NO_COLOR and --no-color
 */
export function createPrettyReporter(sink: TextSink, { colour }: { readonly colour: boolean }): Reporter {
  const paint = pc.createColors(colour)
  let run: Run
  let language: Language = 'en'
  let badges: Readonly<Record<Severity, string>>
  let resource: ResourceReference | undefined
  let file: string | undefined
  let shownFixes = new Set<string>()
  return {
    begin(started) {
      run = started
      language = run.language
      badges = severityBadges(language, paint)
    },
    finding(reported) {
      const { finding } = reported
      if (finding.resource !== resource || finding.location.file !== file) {
        if (!sameResource(finding.resource, resource) || finding.location.file !== file) {
          sink.write(heading(finding.resource, finding.location.file, language, paint))
          shownFixes = new Set()
        }
        resource = finding.resource
        file = finding.location.file
      }
      sink.write(
        reported.suppression === undefined
          ? openFinding(reported, run, badges[finding.severity], paint, shownFixes)
          : suppressedFinding(reported, run, paint),
      )
    },
    problem(problem) {
      const { code, line, column } = problem
      const place = `${visible(problem.file)}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}`
      const text = visible(run.render(problem.message))
      sink.write(
        `\n${paint.red(paint.bold(labels.problem[language]))} ${paint.bold(place)} ${text} ${paint.dim(code)}\n`,
      )
      resource = undefined
      file = undefined
    },
    end(summary) {
      const verdict = phrases.verdict[language](summary)
      sink.write(
        `\n${paint.bold(phrases.summary[language](summary))}\n${summary.failing > 0 ? paint.red(verdict) : summary.failOn === 'none' ? verdict : paint.green(verdict)}\n`,
      )
    },
  }
}

/** Severities padded to one width, so that check ids stand in a column. */
function severityBadges(language: Language, paint: Colours): Readonly<Record<Severity, string>> {
  const width = Math.max(...Object.values(severityLabel).map((label) => displayWidth(label[language])))
  const badge = (severity: Severity, colour: (text: string) => string) => {
    const label = severityLabel[severity][language]
    return colour(label) + ' '.repeat(width - displayWidth(label))
  }
  return {
    critical: badge('critical', (text) => paint.bold(paint.red(text))),
    high: badge('high', paint.red),
    medium: badge('medium', paint.yellow),
    low: badge('low', paint.cyan),
  }
}

function heading(resource: ResourceReference, file: string, language: Language, paint: Colours): string {
  const name = resource.name === '' ? labels.unnamed[language] : visible(resource.name)
  const namespace =
    resource.namespace === undefined
      ? ''
      : paint.dim(` (${labels.namespace[language]} ${visible(resource.namespace)})`)
  return `\n${paint.bold(`${visible(resource.kind)} ${name}`)}${namespace} ${paint.dim('—')} ${paint.underline(visible(file))}\n`
}

function openFinding(
  { finding, source }: ReportedFinding,
  run: Run,
  badge: string,
  paint: Colours,
  shownFixes: Set<string>,
): string {
  const { location, remediation } = finding
  let text = `  ${badge}  ${paint.bold(finding.check)}  ${visible(run.render(finding.message))}\n`
  const excerpt = excerptOf(location, source)
  const place = paint.dim(`${visible(location.file)}:${location.line}:${location.column}`)
  if (excerpt === undefined) text += `      ${place}\n`
  else {
    const number = String(excerpt.line)
    const gutter = ' '.repeat(number.length)
    text += `      ${place}\n      ${paint.dim(`${number} │`)} ${excerpt.text}\n      ${gutter} ${paint.dim('│')} ${paint.red(excerpt.caret)}\n`
  }
  if (remediation === undefined) return text
  const key = JSON.stringify(remediation)
  // Several checks may ask for one and the same change; it is shown at the first.
  if (shownFixes.has(key)) return text
  shownFixes.add(key)
  const label = (remediation.safe ? labels.safeFix : labels.fix)[run.language]
  text += `      ${paint.green(label)}`
  if (remediation.message !== undefined) {
    const [first = '', ...rest] = visibleLines(run.render(remediation.message))
    text += ` ${[first, ...rest].join('\n        ')}`
  }
  text += '\n'
  for (const { sign, text: line } of remedyLines(remediation.patch)) {
    const shown = `${sign} ${visible(line)}`
    text += `        ${sign === '+' ? paint.green(shown) : sign === '-' ? paint.red(shown) : paint.dim(shown)}\n`
  }
  return text
}

/** One line is enough for what does not count. */
function suppressedFinding({ finding, suppression }: ReportedFinding, run: Run, paint: Colours): string {
  const { language } = run
  const message = visible(run.render(finding.message))
  if (suppression?.kind !== 'exception')
    return paint.dim(`  ${labels.known[language]}  ${finding.check}  ${message}\n`)
  const { reason, until } = suppression.exception
  const limit = until === undefined ? '' : `, ${phrases.until[language]({ until })}`
  return paint.dim(
    `  ${labels.excepted[language]}  ${finding.check}  ${message} — ${labels.reason[language]}: ${visible(reason)}${limit}\n`,
  )
}

function sameResource(left: ResourceReference, right: ResourceReference | undefined): boolean {
  return (
    right !== undefined &&
    left.kind === right.kind &&
    left.name === right.name &&
    left.namespace === right.namespace &&
    left.apiVersion === right.apiVersion
  )
}
