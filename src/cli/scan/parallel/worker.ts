import { parentPort, workerData } from 'node:worker_threads'
import { createBatchWork } from './batch-work.ts'
import type { WorkAnswer, WorkerSetting, WorkRequest } from './protocol.ts'

/** A thread that answers for one batch of documents after the other. */
void createBatchWork(workerData as WorkerSetting).then((work) => {
  parentPort?.on('message', ({ id, batch }: WorkRequest) => {
    const answer: WorkAnswer = { id, ...work(batch) }
    const transfer = answer.items.flatMap((item) =>
      item.kind === 'parts'
        ? item.parts.flatMap((part) =>
            part === undefined ? [] : [...part.inline, ...part.kept].map(({ buffer }) => buffer),
          )
        : [],
    )
    parentPort?.postMessage(answer, transfer)
  })
})
