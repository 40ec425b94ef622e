import { parentPort, workerData } from 'node:worker_threads'
import {
  createPartWriter,
  createTally,
  createTriage,
  type ReportedFinding,
  type Run,
} from '../../../findings/index.ts'
import { parseBatch } from '../../../kubernetes/index.ts'
import { checksOfRun } from '../catalogue.ts'
import { createEvaluation } from '../evaluate.ts'
import { createLane } from '../lane.ts'
import { createScanRenderer } from '../renderer.ts'
import type { WorkAnswer, WorkerSetting, WorkItem, WorkRequest } from './protocol.ts'

/** A thread that parses, evaluates and renders batches of documents, each for itself. */
const { run: options, failOn, formats, colour, language, report } = workerData as WorkerSetting
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
void Promise.all(formats.map((format) => createPartWriter(format, run, { colour }))).then((writers) => {
  parentPort?.on('message', ({ id, batch }: WorkRequest) => {
    const items: WorkItem[] = []
    const endParts = () => {
      const parts = writers.map((writer) => writer.take())
      if (parts.some((part) => part !== undefined)) items.push({ kind: 'parts', parts })
    }
    const output = {
      finding(reported: ReportedFinding) {
        const { finding, object, suppression } = reported
        if (suppression === undefined) for (const { reporter } of writers) reporter.finding(reported)
        else {
          endParts()
          items.push({ kind: 'suppressed', finding, object, suppression })
        }
      },
      problem(problem: Extract<WorkItem, { kind: 'problem' }>['problem']) {
        endParts()
        items.push({ kind: 'problem', problem })
      },
    }
    const tally = createTally(failOn)
    const counts = { objects: 0, others: 0 }
    const take = createLane(evaluate, tally, output)
    for (const parsed of parseBatch(batch)) take(parsed, counts)
    endParts()
    const answer: WorkAnswer = { id, items, counted: tally.summary({ files: 0, objects: 0 }), ...counts }
    const transfer = items.flatMap((item) =>
      item.kind === 'parts' ? item.parts.flatMap((part) => (part === undefined ? [] : [part.buffer])) : [],
    )
    parentPort?.postMessage(answer, transfer)
  })
})
