import { createBaselineWriter, createTally, createTriage, type Run } from '../../findings/index.ts'
import type { KubernetesObject, SourceDocument } from '../../kubernetes/index.ts'
import type { Language, Message, Render } from '../../messages/index.ts'
import { addNamespace } from '../../pod-security/index.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { terminalOf } from '../terminal.ts'
import { VERSION } from '../version.ts'
import { AlikeDocuments } from './alike/alike-documents.ts'
import { loadBaseline, saveBaseline } from './baseline-file.ts'
import { checksOfRun } from './catalogue.ts'
import { describeCluster } from './cluster.ts'
import { createEvaluation } from './evaluate.ts'
import { createLane } from './lane.ts'
import { isReportOf, type ScanOptions, scanSettings } from './options.ts'
import { createProgress } from './progress.ts'
import { createScanRenderer } from './renderer.ts'
import { openReports } from './reports.ts'
import { checkSource, openSource } from './source.ts'
import { createSplitWork, createWork, isRepeatable, isSplittable } from './work.ts'

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
  await checkSource(paths, options)
  const settings = scanSettings(options, paths)
  const today = new Date().toISOString().slice(0, 10)
  const cluster = describeCluster(paths, options.admissionConfig, language)
  const { level, version, only, skip } = settings
  const runOptions = { level, version, only, skip, today, cluster }
  const checks = checksOfRun(runOptions)
  const baseline = options.baseline === undefined ? undefined : loadBaseline(options.baseline)
  const newEvaluation = () =>
    createEvaluation(checks, createTriage({ today, ...(baseline !== undefined && { baseline }) }))
  const render = createScanRenderer(language)
  const tell = (message: Message) => {
    if (options.quiet !== true) process.stderr.write(`haetae: ${render(message)}\n`)
  }

  if (options.fix === true) await mend(paths, options, newEvaluation, tell, render)

  const tally = createTally(settings.failOn)
  const baselineWriter = options.writeBaseline === undefined ? undefined : createBaselineWriter()
  const report = {
    version: VERSION,
    hasBaseline: baseline !== undefined,
    startedAt: new Date().toISOString(),
    root: process.cwd(),
  }
  const { colour } = terminalOf(process.stdout, process.env, options.color)
  const helpUrl = (id: string) => checks.find((check) => check.id === id)?.references[0]
  const run: Run = { ...report, language, render, checks, helpUrl, failOn: settings.failOn }
  const reports = await openReports(settings.reports, run, colour)
  const terminal = terminalOf(process.stderr, process.env, options.color)
  const progress = createProgress(terminal, options.quiet === true, language)

  const counts = { objects: 0, others: 0 }
  const evaluate = newEvaluation()
  const { failOn } = settings
  const alike = isRepeatable(options, settings)
    ? new AlikeDocuments({ evaluate, outlets: reports.outlets, failOn })
    : undefined
  // A namespace of standard input or of a live cluster is known from here on.
  const learn = (object: KubernetesObject) => {
    if (addNamespace(cluster.namespaces, object)) alike?.forget()
  }
  const evaluateHere = (document: SourceDocument) => {
    learn(document.object)
    return evaluate(document)
  }
  const take = createLane(evaluateHere, tally, {
    finding(reported) {
      reports.finding(reported)
      baselineWriter?.add(reported)
    },
    problem: reports.problem,
  })
  const setting = {
    run: runOptions,
    failOn,
    formats: settings.reports.map(({ format }) => format),
    colour,
    language,
    report,
  }
  const work = isSplittable(paths, options, settings)
    ? createSplitWork(setting, { take, evaluate, reports, tally, counts })
    : createWork(take, { tally, counts }, alike)

  let files = 0
  const source = openSource(paths, options, isReportOf(settings.reports), (name, kind) => {
    if (kind === 'file') files++
    progress.file(name)
  })
  for await (const piece of source) {
    if (!('content' in piece)) for (const { object } of piece.documents) learn(object)
    await work.next(piece)
    progress.objects(counts.objects)
    const busy = reports.ready()
    if (busy !== undefined) await busy
  }
  await work.end()
  progress.end()
  if (counts.others > 0) tell(cliMessages.make.others({ count: counts.others }))

  const summary = tally.summary({ files, objects: counts.objects })
  await reports.close(summary)
  if (options.writeBaseline !== undefined && baselineWriter !== undefined)
    saveBaseline(options.writeBaseline, baselineWriter.text())
  if (summary.problems > 0) return EXIT.incomplete
  return summary.failing > 0 ? EXIT.findings : EXIT.done
}

async function mend(
  paths: readonly string[],
  options: ScanOptions,
  newEvaluation: () => ReturnType<typeof createEvaluation>,
  tell: (message: Message) => void,
  render: Render,
): Promise<void> {
  const { fixFiles, outcomeMessages } = await import('./fix.ts')
  const printDiff = (diff: string) => {
    process.stdout.write(diff)
  }
  const outcome = await fixFiles(paths, {
    newEvaluation,
    ...(options.dryRun === true && { dryRun: printDiff }),
  })
  for (const message of outcomeMessages(outcome, options.dryRun === true, render)) tell(message)
}
