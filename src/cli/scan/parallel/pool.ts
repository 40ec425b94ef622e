import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import type { DocumentBatch } from '../../../kubernetes/index.ts'
import { asError } from '../../../messages/index.ts'
import { createBatchWork } from './batch-work.ts'
import type { BatchResult, WorkAnswer, WorkerSetting, WorkRequest } from './protocol.ts'

/** Threads that evaluate batches of documents, this one among them; results come in the order of the batches. */
export interface ScanPool {
  /** Gives the batch away, or evaluates it here where all others have enough to do. */
  submit(batch: DocumentBatch): Promise<void>
  /** Waits for every result. */
  drain(): Promise<void>
  /** Ends the threads. */
  close(): Promise<void>
}

/** More threads than this wait for the one that reads and writes. */
const MAX_THREADS = 9
/** Batches that a thread has before it: what it works on, and what it goes on with while this thread is busy. */
const BATCHES_AHEAD = 3

interface Pending {
  result?: BatchResult
}

interface Thread {
  readonly worker: Worker
  unanswered: number
}

/**
 * Starts the threads.
 *
 * @param accept - is given each result, in the order in which the batches were submitted
 * @throws what a thread could not go on after, from `submit` or `drain`
 */
export async function createScanPool(
  setting: WorkerSetting,
  accept: (result: BatchResult) => void,
): Promise<ScanPool> {
  const { Worker } = await import('node:worker_threads')
  const pending: Pending[] = []
  let accepted = 0
  let failure: Error | undefined
  let wake: (() => void) | undefined
  const settle = (id: number, result: BatchResult) => {
    const place = pending[id - accepted]
    if (place !== undefined) place.result = result
    while (pending[0]?.result !== undefined) {
      accept(pending[0].result)
      pending.shift()
      accepted++
    }
    wake?.()
  }
  const count = Math.min(availableParallelism(), MAX_THREADS) - 1
  const threads = Array.from({ length: count }, (): Thread => {
    const worker = new Worker(workerFile(), {
      workerData: setting,
      // Young objects are a batch's documents and findings: with room for them few ever need to be moved.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    })
    const thread = { worker, unanswered: 0 }
    worker.on('message', ({ id, ...result }: WorkAnswer) => {
      thread.unanswered--
      settle(id, result)
    })
    worker.on('error', (error) => {
      failure = asError(error)
      wake?.()
    })
    return thread
  })
  const workHere = await createBatchWork(setting)
  let submitted = 0
  return {
    async submit(batch) {
      // Lets answers in.
      await new Promise(setImmediate)
      if (failure !== undefined) throw failure
      const id = submitted++
      pending.push({})
      const free = threads.reduce<Thread | undefined>(
        (best, thread) => (thread.unanswered < (best?.unanswered ?? BATCHES_AHEAD) ? thread : best),
        undefined,
      )
      if (free === undefined) {
        settle(id, workHere(batch))
        return
      }
      free.unanswered++
      const request: WorkRequest = { id, batch }
      free.worker.postMessage(request, 'bytes' in batch.content ? [batch.content.bytes.buffer] : [])
    },
    async drain() {
      while (pending.length > 0) {
        if (failure !== undefined) throw failure
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}

/** The worker's code: beside this file in a checkout, beside the command's entry where it was built. */
function workerFile(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./worker.ts', import.meta.url)
    : new URL('../scan-worker.cjs', import.meta.url)
}
