import type { ReportPart, Run, Summary } from '../../../findings/index.ts'
import type { DocumentBatch, InputProblem } from '../../../kubernetes/index.ts'
import type { Language } from '../../../messages/index.ts'
import type { RunOptions } from '../catalogue.ts'
import type { ReportTarget, ScanSettings } from '../options.ts'

/** What a worker is started with; all of it can be cloned. */
export interface WorkerSetting {
  readonly run: RunOptions
  readonly failOn: ScanSettings['failOn']
  readonly formats: readonly ReportTarget['format'][]
  readonly colour: boolean
  readonly language: Language
  readonly report: Pick<Run, 'version' | 'hasBaseline' | 'startedAt' | 'root'>
}

/** Documents on their way to a worker. */
export interface WorkRequest {
  readonly id: number
  readonly batch: DocumentBatch
}

/** One thing to report, in the order in which it came. */
export type WorkItem =
  /** Findings, rendered: for each format its piece. */
  | { readonly kind: 'parts'; readonly parts: readonly (ReportPart | undefined)[] }
  | { readonly kind: 'problem'; readonly problem: InputProblem }

/** What became of a batch. */
export interface BatchResult {
  readonly items: readonly WorkItem[]
  readonly counted: Summary
  readonly objects: number
  readonly others: number
}

/** What became of a request. */
export interface WorkAnswer extends BatchResult {
  readonly id: number
}
