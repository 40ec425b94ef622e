import pc from 'picocolors'
import type { KubernetesObject } from '../../kubernetes/index.ts'
import type { Language } from '../../messages/index.ts'
import { MAX_CONTENTS } from '../content.ts'
import type { Remediation, ResourceReference, Severity } from '../finding.ts'
import type { ReportedFinding } from '../reported.ts'
import { ContentMemo } from './content-memo.ts'
import { excerptOf } from './excerpt.ts'
import { labels, phrases, severityLabel } from './labels.ts'
import { remedyLines } from './remedy.ts'
import type { Reporter, ReportSink, Run } from './reporter.ts'
import { utf8 } from './utf8.ts'
import { displayWidth, visible, visibleLines } from './visible.ts'

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
  let fileBytes = utf8('')
  // Several checks may ask for one and the same change of a resource; it is shown at the first.
  const shownFixes = new Set<Uint8Array>()
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
        sink.write(heading(finding.resource, location.file, language, paint))
        shownFixes.clear()
        if (location.file !== file) fileBytes = utf8(`      ${dim(visible(location.file), paint).open}:`)
        object = reported.object
        file = location.file
      }
      if (suppression !== undefined) {
        sink.write(suppressedFinding(reported, run, paint))
        return
      }
      sink.writeBytes(pieces.statements.get(reported))
      sink.writeBytes(fileBytes)
      sink.writeNumber(location.line)
      sink.writeBytes(COLON)
      sink.writeNumber(location.column)
      sink.writeBytes(pieces.placeEnd)
      writeExcerpt(reported, sink, pieces)
      if (finding.remediation === undefined) return
      const fix = pieces.fixes.get(reported)
      if (shownFixes.has(fix)) return
      shownFixes.add(fix)
      sink.writeBytes(fix)
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
}

const INDENT = utf8('      ')
const COLON = utf8(':')

/** What recurs from finding to finding. */
interface Pieces {
  /** The first line of a finding. */
  readonly statements: ContentMemo<Uint8Array>
  /** What would mend it. Equal fixes of several checks are one and the same array. */
  readonly fixes: ContentMemo<Uint8Array>
  readonly placeEnd: Uint8Array
  readonly gutter: Uint8Array
  /** The gutter of the line under the one with this number. */
  readonly nextGutter: (line: number) => Uint8Array
  readonly caret: (blanksBefore: number) => Uint8Array
  readonly paint: Colours
}

function createPieces(run: Run, paint: Colours): Pieces {
  const badges = severityBadges(run.language, paint)
  const equalFixes = new Map<string, Uint8Array>()
  const carets: Uint8Array[] = []
  const gutters: Uint8Array[] = []
  return {
    paint,
    statements: new ContentMemo(({ severity, check, message }) =>
      utf8(`  ${badges[severity]}  ${paint.bold(check)}  ${visible(run.render(message))}\n`),
    ),
    fixes: new ContentMemo(({ remediation }) => {
      const text = remediation === undefined ? '' : fixText(remediation, run, paint)
      const equal = equalFixes.get(text)
      if (equal !== undefined) return equal
      if (equalFixes.size >= MAX_CONTENTS) equalFixes.clear()
      const bytes = utf8(text)
      equalFixes.set(text, bytes)
      return bytes
    }),
    placeEnd: utf8(`${dim('', paint).close}\n`),
    gutter: utf8(` ${paint.dim('│')} `),
    nextGutter: (line) => {
      const { length } = String(line)
      gutters[length] ??= utf8(`\n      ${' '.repeat(length)} ${paint.dim('│')} `)
      return gutters[length]
    },
    caret: (blanksBefore) =>
      (carets[blanksBefore] ??= utf8(`${' '.repeat(blanksBefore)}${paint.red('^')}\n`)),
  }
}

/** The codes around dimmed text, for text that is written in several pieces. */
function dim(text: string, paint: Colours): { readonly open: string; readonly close: string } {
  const [before = '', after = ''] = paint.dim('\0').split('\0')
  return { open: before + text, close: after }
}

/** The source line with its number, and under it the caret. */
function writeExcerpt({ finding, source }: ReportedFinding, sink: ReportSink, pieces: Pieces): void {
  const excerpt = excerptOf(finding.location, source)
  if (excerpt === undefined) return
  sink.writeBytes(INDENT)
  sink.writeNumber(excerpt.line)
  sink.writeBytes(pieces.gutter)
  sink.write(excerpt.text)
  sink.writeBytes(pieces.nextGutter(excerpt.line))
  if (typeof excerpt.before === 'number') sink.writeBytes(pieces.caret(excerpt.before))
  else {
    sink.write(excerpt.before)
    sink.writeBytes(pieces.caret(0))
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
