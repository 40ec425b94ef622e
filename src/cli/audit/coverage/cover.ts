import pc from 'picocolors'
import {
  type Coverage,
  coverRules,
  type Gap,
  VERDICTS,
  type Verdict,
} from '../../../api-access/audit/coverage/index.ts'
import { visible } from '../../../findings/index.ts'
import { createRenderer, type Language, type Render } from '../../../messages/index.ts'
import { EXIT, type ExitStatus } from '../../exit.ts'
import { choiceOf } from '../../options.ts'
import { terminalOf } from '../../terminal.ts'
import { loadPolicyFile } from '../policy-file.ts'
import { coverageMessages } from './messages.ts'
import { loadAuditRules, type RuleOptions } from './rules.ts'

export interface CoverOptions extends RuleOptions {
  readonly failOn: string
  readonly format: string
  readonly color: boolean
}

const FORMATS = ['text', 'json'] as const

/** What `--fail-on` takes: a verdict stands for itself and all that are worse. */
const THRESHOLDS = ['blind', 'partial', 'unselective', 'output', 'none'] as const

const { make } = coverageMessages

/** A report of what was found out. */
interface Subject {
  readonly policy: string
  readonly coverages: readonly Coverage[]
  /** The line of the policy on which a rule begins. */
  readonly lineOf: (rule: number) => number
}

/**
 * `haetae audit cover`: which detections a policy leaves blind, and why.
 *
 * @returns 1 where a detection is at or over the threshold, 3 where rule files could not be read or have errors
 * @throws UsageError for a policy that can't be used
 */
export function coverPolicy(path: string, options: CoverOptions, language: Language): ExitStatus {
  const format = choiceOf('--format', options.format, FORMATS)
  const failOn = choiceOf('--fail-on', options.failOn, THRESHOLDS)
  const loaded = loadPolicyFile(path)
  const { rules, status } = loadAuditRules(options, language)
  const coverages = coverRules(loaded.policy, rules)
  const render = createRenderer([coverageMessages], language)
  const subject = { policy: path, coverages, lineOf: (rule: number) => loaded.locate(['rules', rule]).line }
  const colors = pc.createColors(terminalOf(process.stdout, process.env, options.color).colour)
  process.stdout.write(
    format === 'json' ? coverageJson(subject, render) : coverageText(subject, render, colors),
  )
  if (status !== EXIT.done) return status
  const worst = failOn === 'none' ? [] : VERDICTS.slice(0, VERDICTS.indexOf(failOn) + 1)
  return coverages.some(({ verdict }) => worst.includes(verdict)) ? EXIT.findings : EXIT.done
}

/** `{policy, detections: [{rule, verdict, file, line, gaps: […]}], summary: {blind, partial, …}}` */
function coverageJson({ policy, coverages, lineOf }: Subject, render: Render): string {
  const detections = coverages.map(({ rule, verdict, gaps }) => ({
    rule: rule.name,
    verdict,
    file: rule.place.file,
    line: rule.place.line,
    gaps: gaps.map((gap) => ({
      ...gap,
      rule: gap.rule === null ? null : { index: gap.rule, line: lineOf(gap.rule) },
      message: render(gapMessage(gap, lineOf)),
    })),
  }))
  return `${JSON.stringify({ policy, detections, summary: countsOf(coverages) }, null, 2)}\n`
}

/** The worst first; detections that are fed are only counted. */
function coverageText(
  { coverages, lineOf }: Subject,
  render: Render,
  colors: ReturnType<typeof pc.createColors>,
): string {
  if (coverages.length === 0) return `${render(make['no-rules']({}))}\n`
  const lines: string[] = []
  for (const verdict of VERDICTS) {
    if (verdict === 'fed') continue
    const colour = { blind: colors.red, partial: colors.yellow, unselective: colors.yellow }
    const paint = verdict in colour ? colour[verdict as keyof typeof colour] : colors.dim
    for (const { rule, gaps } of coverages.filter((each) => each.verdict === verdict)) {
      lines.push(`${paint(render(make[verdict]({})))}: ${colors.bold(visible(rule.name))}`)
      for (const gap of gaps) lines.push(`  ${visible(render(gapMessage(gap, lineOf)))}`)
      if (verdict === 'never') lines.push(`  ${render(make['never-fires']({}))}`)
    }
  }
  if (lines.length > 0) lines.push('')
  lines.push(render(make.summary({ rules: coverages.length, ...countsOf(coverages) })))
  return `${lines.join('\n')}\n`
}

function gapMessage({ cause, rule, ...gap }: Gap, lineOf: Subject['lineOf']) {
  return make[`gap-${cause}`]({ ...gap, rule, line: rule === null ? 0 : lineOf(rule) })
}

function countsOf(coverages: readonly Coverage[]): Record<Verdict, number> {
  const count = (verdict: Verdict) => coverages.filter((each) => each.verdict === verdict).length
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, count(verdict)])) as Record<Verdict, number>
}
