import { readFileSync, writeFileSync } from 'node:fs'
import {
  type Baseline,
  BaselineError,
  baselineMessages,
  createBaselineWriter,
  createTally,
  createTriage,
  readBaseline,
} from '../../findings/index.ts'
import {
  clusterMessages,
  readingMessages,
  renderingMessages,
  schemaMessages,
} from '../../kubernetes/index.ts'
import { createRenderer, type Language } from '../../messages/index.ts'
import { addNamespace } from '../../pod-security/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { terminalOf } from '../terminal.ts'
import { VERSION } from '../version.ts'
import { checksOfRun, everyCheck, messagesOf } from './catalogue.ts'
import { describeCluster } from './cluster.ts'
import { createEvaluation } from './evaluate.ts'
import { type ScanOptions, scanSettings } from './options.ts'
import { createProgress } from './progress.ts'
import { openReports } from './reports.ts'
import { checkSource, openSource } from './source.ts'

/**
 * `haetae scan`: reads, decodes, checks and reports object by object, so that memory does not grow with the input.
 *
 * @returns 0, 1 for findings at or over the threshold, 3 where some input could not be evaluated
 * @throws UsageError for a wrong call
 */
export async function scan(
  paths: readonly string[],
  options: ScanOptions,
  language: Language,
): Promise<ExitStatus> {
  checkSource(paths, options)
  const settings = scanSettings(options)
  const today = new Date().toISOString().slice(0, 10)
  const cluster = describeCluster(paths, options.admissionConfig, language)
  const checks = checksOfRun({ ...settings, today, cluster })
  const baseline = options.baseline === undefined ? undefined : loadBaseline(options.baseline)
  const evaluate = createEvaluation(checks, createTriage({ today, ...(baseline && { baseline }) }))
  const tally = createTally(settings.failOn)
  const baselineWriter = options.writeBaseline === undefined ? undefined : createBaselineWriter()

  const render = createRenderer(
    [
      ...messagesOf(everyCheck()),
      cliMessages,
      readingMessages,
      schemaMessages,
      clusterMessages,
      renderingMessages,
    ],
    language,
  )
  const reports = await openReports(
    settings.reports,
    {
      version: VERSION,
      language,
      render,
      checks,
      helpUrl: (id) => checks.find((check) => check.id === id)?.references[0],
      failOn: settings.failOn,
      hasBaseline: baseline !== undefined,
      startedAt: new Date().toISOString(),
      root: process.cwd(),
    },
    terminalOf(process.stdout, process.env, options.color).colour,
  )
  const progress = createProgress(
    terminalOf(process.stderr, process.env, options.color),
    options.quiet === true,
    language,
  )

  let files = 0
  let objects = 0
  let others = 0
  const source = openSource(paths, options, (name, kind) => {
    if (kind === 'file') files++
    progress.file(name)
  })
  for await (const { documents, problems, others: left = 0 } of source) {
    others += left
    for (const problem of problems) {
      tally.problem()
      reports.problem(problem)
    }
    for (const document of documents) {
      objects++
      // A namespace of standard input or of a live cluster is known from here on.
      addNamespace(cluster.namespaces, document.object)
      const evaluated = evaluate(document)
      for (const problem of evaluated.problems) {
        tally.problem()
        reports.problem(problem)
      }
      for (const finding of evaluated.findings) {
        tally.finding(finding)
        reports.finding(finding)
        baselineWriter?.add(finding)
      }
    }
    progress.objects(objects)
    const busy = reports.ready()
    if (busy !== undefined) await busy
  }
  progress.end()
  if (others > 0 && options.quiet !== true)
    process.stderr.write(`haetae: ${render(cliMessages.make.others({ count: others }))}\n`)

  const summary = tally.summary({ files, objects })
  await reports.close(summary)
  if (options.writeBaseline !== undefined && baselineWriter !== undefined)
    writeBaselineFile(options.writeBaseline, baselineWriter.text())
  if (summary.problems > 0) return EXIT.incomplete
  return summary.failing > 0 ? EXIT.findings : EXIT.done
}

function loadBaseline(file: string): Baseline {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const detail = cliMessages.make['cannot-read']({ path: file, reason: reasonOf(error) })
    throw new UsageError('ERR_BASELINE_UNREADABLE', detail, cliMessages)
  }
  try {
    return readBaseline(text, file)
  } catch (error) {
    if (error instanceof BaselineError) throw new UsageError(error.code, error.detail, baselineMessages)
    throw error
  }
}

function writeBaselineFile(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    const detail = cliMessages.make['cannot-write']({ path, reason: reasonOf(error) })
    throw new UsageError('ERR_OUTPUT', detail, cliMessages)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
