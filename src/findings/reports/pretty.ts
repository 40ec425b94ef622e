import pc from 'picocolors'
import type { KubernetesObject } from '../../kubernetes/index.ts'
import type { Language } from '../../messages/index.ts'
import { displayWidth } from '../../messages/index.ts'
import type { Finding, Remediation, ResourceReference, Severity } from '../finding.ts'
import type { ReportedFinding } from '../reported.ts'
import { excerptOf } from './excerpt.ts'
import { ContentMemo, FormMemo, hasOwnRemedy } from './form-memo.ts'
import { flat } from './json-text.ts'
import { labels, phrases, severityLabel } from './labels.ts'
import { remedyLines } from './remedy.ts'
import type { Reporter, ReportSink, Run } from './reporter.ts'
import { briefUtf8, utf8 } from './utf8.ts'
import { visible, visibleLines } from './visible.ts'

type Colours = ReturnType<typeof pc.createColors>

/**
 * For people at a terminal: findings under their resource, each with the source line and a caret, and what
 * would mend it.
 *
 * @param colour - whether to use ANSI colours; the caller knows the terminal, NO_COLOR and --no-color
 */
export function createPrettyReporter(sink: ReportSink, { colour }: { readonly colour: boolean }): Reporter {
  const paint = pc.createColors(colour)
  let run: Run
  let language: Language = 'en'
  let pieces: Pieces
  let object: KubernetesObject | undefined
  let file: string | undefined
  let fileText = utf8('')
  // Several checks may ask for one and the same change of a resource; it is shown at the first.
  const shownFixes = new Set<string>()
  return {
    begin(started) {
      run = started
      language = run.language
      pieces = createPieces(run, paint)
    },
    finding(reported) {
      const { finding, suppression } = reported
      const { location } = finding
      if (reported.object !== object) {
        sink.writeOwn(HEADING, briefUtf8(heading(finding.resource, location.file, language, paint)))
        shownFixes.clear()
        setFile(location.file)
        object = reported.object
      }
      if (suppression !== undefined) {
        sink.write(suppressedFinding(reported, run, paint))
        return
      }
      sink.writeBytes(pieces.statements.get(finding))
      sink.write(pieces.messages.get(finding))
      sink.writeOwn(FILE, fileText)
      sink.writeLine(location.line)
      writeExcerpt(reported, pieces, sink)
      if (finding.remediation === undefined) return
      const fix = pieces.fixes(finding)
      if (shownFixes.has(fix)) return
      shownFixes.add(fix)
      sink.write(fix)
    },
    ownTexts(repeated) {
      setFile(repeated.file)
      object = undefined
      return [briefUtf8(heading(repeated.resource, repeated.file, language, paint)), fileText]
    },
    problem(problem) {
      const { code, line, column } = problem
      const place = `${visible(problem.file)}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}`
      const text = visible(run.render(problem.message))
      sink.write(
        `\n${paint.red(paint.bold(labels.problem[language]))} ${paint.bold(place)} ${text} ${paint.dim(code)}\n`,
      )
      object = undefined
    },
    append(part) {
      for (const chunk of part.inline) sink.giveBytes(chunk)
      object = undefined
    },
    separate() {
      object = undefined
    },
    end(summary) {
      const verdict = phrases.verdict[language](summary)
      const shown =
        summary.failing > 0
          ? paint.red(verdict)
          : summary.problems > 0
            ? paint.yellow(verdict)
            : summary.failOn === 'none'
              ? verdict
              : paint.green(verdict)
      sink.write(`\n${paint.bold(phrases.summary[language](summary))}\n${shown}\n`)
    },
  }

  function setFile(given: string): void {
    if (given === file) return
    file = given
    fileText = utf8(`\n      ${dim(visible(file), paint).open}:`)
  }
}

/** Numbers of the texts that are an object's own. */
const HEADING = 0
const FILE = 1

/** What recurs from finding to finding. */
interface Pieces {
  /** The first line of a finding up to its message. */
  readonly statements: FormMemo<Uint8Array>
  readonly messages: ContentMemo<string>
  /** What would mend it. */
  readonly fixes: (finding: Finding) => string
  readonly placeEnd: string
  readonly gutter: string
  readonly caret: (blanksBefore: number) => string
  readonly paint: Colours
}

function createPieces(run: Run, paint: Colours): Pieces {
  const badges = severityBadges(run.language, paint)
  const carets: string[] = []
  const fixOf = ({ remediation }: Finding) =>
    remediation === undefined ? '' : fixText(remediation, run, paint)
  const fixes = new FormMemo((finding) => flat(fixOf(finding)))
  return {
    paint,
    messages: new ContentMemo(({ message }) => visible(run.render(message))),
    statements: new FormMemo(({ severity, check }) => utf8(`  ${badges[severity]}  ${paint.bold(check)}  `)),
    fixes: (finding) => (hasOwnRemedy(finding) ? fixOf(finding) : fixes.get(finding)),
    placeEnd: `${dim('', paint).close}\n`,
    gutter: ` ${paint.dim('│')} `,
    caret: (blanksBefore) => (carets[blanksBefore] ??= `${' '.repeat(blanksBefore)}${paint.red('^')}\n`),
  }
}

/** The codes around dimmed text, for text that is written in several pieces. */
function dim(text: string, paint: Colours): { readonly open: string; readonly close: string } {
  const [before = '', after = ''] = paint.dim('\0').split('\0')
  return { open: before + text, close: after }
}

/** The column, and on the next lines the source line with its number, and under it the caret. */
function writeExcerpt({ finding, source }: ReportedFinding, pieces: Pieces, sink: ReportSink): void {
  const { column } = finding.location
  const excerpt = excerptOf(finding.location, source)
  if (excerpt === undefined) {
    sink.write(`:${column}${pieces.placeEnd}`)
    return
  }
  const { line, text, before } = excerpt
  const caret = typeof before === 'number' ? pieces.caret(before) : `${before}${pieces.caret(0)}`
  sink.write(`:${column}${pieces.placeEnd}      `)
  sink.writeLine(line)
  sink.write(`${pieces.gutter}${text}\n      `)
  sink.writeLineBlank(line)
  sink.write(`${pieces.gutter}${caret}`)
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

function fixText({ message, patch, safe }: Remediation, run: Run, paint: Colours): string {
  const label = (safe ? labels.safeFix : labels.fix)[run.language]
  let text = `      ${paint.green(label)}`
  if (message !== undefined) text += ` ${visibleLines(run.render(message)).join('\n        ')}`
  text += '\n'
  for (const { sign, text: line } of remedyLines(patch)) {
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
