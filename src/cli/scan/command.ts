import {
  createBaselineWriter,
  createTally,
  createTriage,
  fixMessages,
  type Run,
} from '../../findings/index.ts'
import {
  clusterMessages,
  readingMessages,
  renderingMessages,
  schemaMessages,
} from '../../kubernetes/index.ts'
import { createRenderer, type Language, type Message, type Render } from '../../messages/index.ts'
import { addNamespace } from '../../pod-security/index.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { terminalOf } from '../terminal.ts'
import { VERSION } from '../version.ts'
import { loadBaseline, saveBaseline } from './baseline-file.ts'
import { checksOfRun, everyCheck, messagesOf } from './catalogue.ts'
import { describeCluster } from './cluster.ts'
import { createEvaluation } from './evaluate.ts'
import { type ScanOptions, scanSettings } from './options.ts'
import { createProgress } from './progress.ts'
import { openReports } from './reports.ts'
import { checkSource, openSource } from './source.ts'

/**
 * `haetae scan`: reads, decodes, checks and reports object by object, so that memory does not grow with the input.
 * With `--fix` the files are mended first, and what is left is reported.
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
  const newEvaluation = () =>
    createEvaluation(checks, createTriage({ today, ...(baseline !== undefined && { baseline }) }))
  const render = createScanRenderer(language)
  const tell = (message: Message) => {
    if (options.quiet !== true) process.stderr.write(`haetae: ${render(message)}\n`)
  }

  if (options.fix === true) await mend(paths, options, newEvaluation(), tell, render)

  const evaluate = newEvaluation()
  const tally = createTally(settings.failOn)
  const baselineWriter = options.writeBaseline === undefined ? undefined : createBaselineWriter()
  const run: Run = {
    version: VERSION,
    language,
    render,
    checks,
    helpUrl: (id) => checks.find((check) => check.id === id)?.references[0],
    failOn: settings.failOn,
    hasBaseline: baseline !== undefined,
    startedAt: new Date().toISOString(),
    root: process.cwd(),
  }
  const { colour } = terminalOf(process.stdout, process.env, options.color)
  const reports = await openReports(settings.reports, run, colour)
  const terminal = terminalOf(process.stderr, process.env, options.color)
  const progress = createProgress(terminal, options.quiet === true, language)

  let files = 0
  let objects = 0
  let others = 0
  const source = openSource(paths, options, (name, kind) => {
    if (kind === 'file') files++
    progress.file(name)
  })
  for await (const parsed of source) {
    others += parsed.others ?? 0
    for (const problem of parsed.problems) {
      tally.problem()
      reports.problem(problem)
    }
    for (const document of parsed.documents) {
      objects++
      // A namespace of standard input or of a live cluster is known from here on.
      addNamespace(cluster.namespaces, document.object)
      const { findings, problems } = evaluate(document)
      for (const problem of problems) {
        tally.problem()
        reports.problem(problem)
      }
      for (const finding of findings) {
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
  if (others > 0) tell(cliMessages.make.others({ count: others }))

  const summary = tally.summary({ files, objects })
  await reports.close(summary)
  if (options.writeBaseline !== undefined && baselineWriter !== undefined)
    saveBaseline(options.writeBaseline, baselineWriter.text())
  if (summary.problems > 0) return EXIT.incomplete
  return summary.failing > 0 ? EXIT.findings : EXIT.done
}

/** Everything that a scan may say, whichever checks run. */
function createScanRenderer(language: Language): Render {
  const reading = [readingMessages, schemaMessages, clusterMessages, renderingMessages]
  return createRenderer([...messagesOf(everyCheck()), ...reading, fixMessages, cliMessages], language)
}

async function mend(
  paths: readonly string[],
  options: ScanOptions,
  evaluate: ReturnType<typeof createEvaluation>,
  tell: (message: Message) => void,
  render: Render,
): Promise<void> {
  const { fixFiles, outcomeMessages } = await import('./fix.ts')
  const printDiff = (diff: string) => {
    process.stdout.write(diff)
  }
  const outcome = await fixFiles(paths, { evaluate, ...(options.dryRun === true && { dryRun: printDiff }) })
  for (const message of outcomeMessages(outcome, options.dryRun === true, render)) tell(message)
}
