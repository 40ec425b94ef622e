import { createHash } from 'node:crypto'
import { SEVERITIES } from '../finding.ts'
import type { Summary } from '../tally.ts'
import { SCRIPT } from './html-script.ts'
import { STYLE } from './html-style.ts'
import { html, link } from './html-text.ts'
import { labels, pageLabels, phrases, severityLabel } from './labels.ts'
import type { Chunks, ReportSink, Run } from './reporter.ts'

const SHORT_TABLE = 8

/** All that a page shows. */
export interface PageContents {
  readonly run: Run
  readonly summary: Summary
  /** Table rows. */
  readonly problems: readonly string[]
  /** Markup in UTF-8. */
  readonly findings: Chunks
  readonly leftOut: number
}

export function writePage(sink: ReportSink, contents: PageContents): void {
  const { run, summary, problems, findings, leftOut } = contents
  const { language } = run
  sink.write(head(run))
  sink.write(overview(run, summary))
  if (problems.length > 0) {
    sink.write(
      `<h2>${labels.problems[language]}</h2>\n<table><tbody>\n${problems.join('')}</tbody></table>\n`,
    )
    const more = summary.problems - problems.length
    if (more > 0) sink.write(`<p class="left-out">+${more}</p>\n`)
  }
  if (findings.length === 0) sink.write(`<p class="empty">${labels.clean[language]}</p>\n`)
  else {
    sink.write(byCheck(run, summary))
    sink.write(`<h2>${labels.findings[language]}</h2>\n${tools(run, summary)}`)
    if (leftOut > 0)
      sink.write(`<p class="left-out">${html(phrases.leftOut[language]({ count: leftOut }))}</p>\n`)
    for (const part of findings) sink.giveBytes(part)
    sink.write(`<p class="empty" data-empty hidden>${pageLabels.noMatch[language]}</p>\n`)
  }
  sink.write(
    `<footer>${labels.program[language]} ${html(run.version)}</footer>\n</main>\n<script>${SCRIPT}</script>\n</body>\n</html>\n`,
  )
}

/** CSP Level 3, 8.4: an inline element runs where its hash is named; nothing else is loaded or run. */
function head({ language, startedAt }: Run): string {
  const policy = `default-src 'none'; style-src '${digest(STYLE)}'; script-src '${digest(SCRIPT)}'; base-uri 'none'; form-action 'none'`
  const time =
    startedAt === undefined
      ? ''
      : `<span class="meta"><time datetime="${html(startedAt)}">${html(timeText(startedAt))}</time></span>`
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${labels.report[language]}</title>
<style>${STYLE}</style>
</head>
<body>
<header><div><h1>${labels.report[language]}</h1>${time}</div></header>
<main>
`
}

function overview({ language }: Run, summary: Summary): string {
  const isPassed = summary.failOn !== 'none' && summary.problems === 0
  const state = summary.failing > 0 ? ' failed' : isPassed ? ' passed' : ''
  const cards = SEVERITIES.map((severity) =>
    card(`${severity}`, summary.findings[severity], severityLabel[severity][language]),
  )
  if (summary.excepted > 0) cards.push(card('', summary.excepted, labels.excepted[language]))
  if (summary.known > 0) cards.push(card('', summary.known, labels.known[language]))
  return `<div class="verdict${state}">${html(phrases.verdict[language](summary))}<p>${html(
    phrases.summary[language](summary),
  )}</p></div>\n<div class="cards">${cards.join('')}</div>\n`
}

function card(kind: string, count: number, label: string): string {
  return `<div class="card ${kind}${count === 0 ? ' zero' : ''}"><b>${count}</b><span>${label}</span></div>`
}

/** Open where it is short enough not to push the findings out of sight. */
function byCheck(run: Run, summary: Summary): string {
  const { language } = run
  const checks = new Map(run.checks.map((check) => [check.id, check]))
  const rows = [...summary.byCheck]
    .sort(([, left], [, right]) => right - left)
    .map(([id, count]) => {
      const check = checks.get(id)
      const url = run.helpUrl(id)
      const name = url === undefined ? html(id) : link(url, id)
      const badge =
        check === undefined
          ? ''
          : `<span class="badge ${check.severity}">${severityLabel[check.severity][language]}</span>`
      return `<tr><td>${badge}</td><td><code>${name}</code></td><td>${html(check?.title[language] ?? '')}</td><td class="number"><a href="#findings" data-check="${html(id)}">${count}</a></td></tr>\n`
    })
  if (rows.length === 0) return ''
  const titles = [labels.severity, labels.check, pageLabels.title].map(
    (title) => `<th>${title[language]}</th>`,
  )
  return `<details class="checks"${rows.length > SHORT_TABLE ? '' : ' open'}><summary><h2>${pageLabels.byCheck[language]} <small>${rows.length}</small></h2></summary>
<table><thead><tr>${titles.join('')}<th class="number">${labels.count[language]}</th></tr></thead><tbody>
${rows.join('')}</tbody></table></details>
`
}

/** Hidden until the script runs: without it the controls would do nothing. */
function tools(run: Run, summary: Summary): string {
  const { language } = run
  const ids = run.checks.map(({ id }) => id).filter((id) => summary.byCheck.has(id))
  const options = ids.map((id) => `<option value="${html(id)}">${html(id)}</option>`).join('')
  const boxes = SEVERITIES.map(
    (severity) =>
      `<label class="${severity}-text"><input type="checkbox" data-severity="${severity}" checked>${severityLabel[severity][language]}</label>`,
  ).join('')
  const suppressed =
    summary.excepted + summary.known === 0
      ? ''
      : `<label><input type="checkbox" data-suppressed>${pageLabels.suppressed[language]}</label>`
  return `<div class="tools" id="findings" hidden><input type="search" placeholder="${pageLabels.search[language]}" aria-label="${pageLabels.search[language]}"><select aria-label="${labels.check[language]}"><option value="">${pageLabels.allChecks[language]}</option>${options}</select>${boxes}${suppressed}<button type="button">${pageLabels.toggle[language]}</button><output data-text="${pageLabels.shown[language]}"></output></div>\n`
}

function timeText(time: string): string {
  return time.replace('T', ' ').replace(/(?::\d\d)?(?:\.\d+)?Z$/, ' UTC')
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
