import { availableParallelism } from 'node:os'
import type { TextBatch } from '../../../kubernetes/index.ts'
import type { WorkAnswer, WorkerSetting, WorkRequest } from './protocol.ts'

/** Threads that evaluate batches of documents; answers come back in the order of the batches. */
export interface ScanPool {
  /** Waits while the threads have enough to do. */
  submit(batch: TextBatch): Promise<void>
  /** Waits for every answer. */
  drain(): Promise<void>
  /** Ends the threads. */
  close(): Promise<void>
}

/** More threads than this wait for the one that reads and writes. */
const MAX_WORKERS = 8
/** Batches that each thread may have before it: one at work, one to go on with. */
const BATCHES_AHEAD = 2

interface Pending {
  answer?: WorkAnswer
}

/**
 * Starts the threads.
 *
 * @param accept - is given each answer, in the order in which the batches were submitted
 * @throws what a thread could not go on after, from `submit` or `drain`
 */
export async function createScanPool(
  setting: WorkerSetting,
  accept: (answer: WorkAnswer) => void,
): Promise<ScanPool> {
  const { Worker } = await import('node:worker_threads')
  const count = Math.min(availableParallelism(), MAX_WORKERS)
  const pending: Pending[] = []
  let accepted = 0
  let failure: Error | undefined
  let wake: (() => void) | undefined
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(workerFile(), {
      workerData: setting,
      // Young objects are a batch's documents and findings: with room for them few ever need to be moved.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    })
    worker.on('message', (answer: WorkAnswer) => {
      const place = pending[answer.id - accepted]
      if (place !== undefined) place.answer = answer
      while (pending[0]?.answer !== undefined) {
        accept(pending[0].answer)
        pending.shift()
        accepted++
      }
      wake?.()
    })
    worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error))
      wake?.()
    })
    return worker
  })
  const until = async (isReached: () => boolean) => {
    while (!isReached()) {
      if (failure !== undefined) throw failure
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  let submitted = 0
  return {
    async submit(batch) {
      await until(() => pending.length < count * BATCHES_AHEAD)
      const request: WorkRequest = { id: submitted, batch }
      pending.push({})
      workers[submitted % count]?.postMessage(request)
      submitted++
    },
    drain: () => until(() => pending.length === 0),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

/** The worker's code: beside this file in a checkout, beside the command's entry where it was built. */
function workerFile(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./worker.ts', import.meta.url)
    : new URL('../scan-worker.cjs', import.meta.url)
}
