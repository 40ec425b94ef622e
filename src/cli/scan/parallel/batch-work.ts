import {
  createPartWriter,
  createTally,
  createTriage,
  type ReportedFinding,
  type Run,
} from '../../../findings/index.ts'
import type { DocumentBatch, InputProblem } from '../../../kubernetes/index.ts'
import { AlikeDocuments } from '../alike/alike-documents.ts'
import { checksOfRun } from '../catalogue.ts'
import { createEvaluation } from '../evaluate.ts'
import { createLane } from '../lane.ts'
import { createScanRenderer } from '../renderer.ts'
import { takeBatch } from '../take-batch.ts'
import type { BatchResult, WorkerSetting, WorkItem } from './protocol.ts'

/**
 * Parses, evaluates and renders batches of documents, each for itself, in whichever thread.
 *
 * @param setting - what the run was asked for
 */
export async function createBatchWork(
  setting: WorkerSetting,
): Promise<(batch: DocumentBatch) => BatchResult> {
  const { run: options, failOn, formats, colour, language, report } = setting
  const checks = checksOfRun(options)
  const evaluate = createEvaluation(checks, createTriage({ today: options.today }))
  const run: Run = {
    ...report,
    language,
    failOn,
    checks,
    render: createScanRenderer(language),
    helpUrl: (id) => checks.find((check) => check.id === id)?.references[0],
  }
  const writers = await Promise.all(formats.map((format) => createPartWriter(format, run, { colour })))
  const outlets = writers.map(({ outlet }) => outlet)
  const alike = new AlikeDocuments({ evaluate, outlets, failOn })
  let items: WorkItem[] = []
  const endParts = () => {
    const parts = writers.map((writer) => writer.take())
    if (parts.some((part) => part !== undefined)) items.push({ kind: 'parts', parts })
  }
  const output = {
    finding(reported: ReportedFinding) {
      for (const { reporter } of outlets) reporter.finding(reported)
    },
    problem(problem: InputProblem) {
      endParts()
      items.push({ kind: 'problem', problem })
    },
  }
  return (batch) => {
    items = []
    const tally = createTally(failOn)
    const counts = { objects: 0, others: 0 }
    const take = createLane(evaluate, tally, output)
    takeBatch(batch, take, { tally, counts }, alike)
    endParts()
    return { items, counted: tally.summary({ files: 0, objects: 0 }), ...counts }
  }
}
