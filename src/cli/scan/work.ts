import { PARTED_FORMATS, type Tally } from '../../findings/index.ts'
import type { DocumentBatch, ParsedText } from '../../kubernetes/index.ts'
import { AlikeDocuments, type AlikeSetting, type Counting } from './alike/alike-documents.ts'
import type { createLane, LaneCounts } from './lane.ts'
import type { ScanOptions, ScanSettings } from './options.ts'
import type { ScanPool } from './parallel/pool.ts'
import type { BatchResult, WorkerSetting } from './parallel/protocol.ts'
import type { Reports } from './reports.ts'
import { takeBatch } from './take-batch.ts'
import { THREADS_FROM } from './threads-from.ts'

/** How the pieces of the input are worked through: in this thread, or in many. */
export interface Work {
  next(piece: DocumentBatch | ParsedText): Promise<void>
  /** Waits until all is reported. */
  end(): Promise<void>
}

type Lane = ReturnType<typeof createLane>

/** Documents that travel together: enough to make a message worth it, few enough to keep all threads busy. */
const DOCUMENTS_TOGETHER = 200

/**
 * Everything in this thread.
 *
 * @param alike - where what was said of a document may be right for others
 */
export function createWork(take: Lane, counting: Counting, alike?: AlikeDocuments): Work {
  return {
    async next(piece) {
      if ('content' in piece) takeBatch(piece, take, counting, alike)
      else take(piece, counting.counts)
    },
    async end() {},
  }
}

/**
 * Whether findings may be told apart and rendered without knowing those before them: not with a baseline, whose known
 * findings are counted, and not for reports that need to see every finding.
 */
export function isRepeatable(options: ScanOptions, { reports }: ScanSettings): boolean {
  if (options.baseline !== undefined || options.writeBaseline !== undefined) return false
  return reports.every(({ format }) => PARTED_FORMATS.includes(format))
}

/** Whether threads may share the work: not while standard input or a cluster may still name namespaces. */
export function isSplittable(
  paths: readonly string[],
  options: ScanOptions,
  settings: ScanSettings,
): boolean {
  return !paths.includes('-') && options.cluster !== true && isRepeatable(options, settings)
}

/** The beginning in this thread; once much of the input had to be evaluated, the rest in many. */
export function createSplitWork(
  setting: WorkerSetting,
  here: {
    readonly take: Lane
    readonly evaluate: AlikeSetting['evaluate']
    readonly reports: Reports
    readonly tally: Tally
    readonly counts: LaneCounts
  },
): Work {
  const { take, evaluate, reports, tally, counts } = here
  const newAlike = () => new AlikeDocuments({ evaluate, outlets: reports.outlets, failOn: setting.failOn })
  let alike = newAlike()
  let evaluated = 0
  let pool: ScanPool | undefined
  return {
    async next(piece) {
      if (!('content' in piece)) {
        await pool?.drain()
        take(piece, counts)
        // What was rendered may have named namespaces.
        alike = newAlike()
        return
      }
      // What is copied costs so little that there is nothing to share.
      if (evaluated < THREADS_FROM) {
        evaluated += takeBatch(piece, take, { tally, counts }, alike)
        return
      }
      const threads = await start()
      const { content } = piece
      // Of a large file.
      if ('bytes' in content) {
        await threads.submit(piece)
        return
      }
      for (let at = 0; at < content.length; at += DOCUMENTS_TOGETHER)
        await threads.submit({ ...piece, content: content.slice(at, at + DOCUMENTS_TOGETHER) })
    },
    async end() {
      try {
        await pool?.drain()
      } finally {
        await pool?.close()
      }
    },
  }

  async function start(): Promise<ScanPool> {
    pool ??= await (await import('./parallel/pool.ts')).createScanPool(setting, accept)
    return pool
  }

  function accept({ items, counted, objects, others }: BatchResult): void {
    tally.add(counted)
    counts.objects += objects
    counts.others += others
    for (const item of items) {
      if (item.kind === 'parts') reports.append(item.parts)
      else reports.problem(item.problem)
    }
  }
}
