import type { Finding, Run, Summary, Suppression } from '../../../findings/index.ts'
import type { InputProblem, KubernetesObject, TextBatch } from '../../../kubernetes/index.ts'
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
  readonly batch: TextBatch
}

/** One thing to report, in the order in which it came. */
export type WorkItem =
  /** Findings that count, rendered: for each format its bytes. */
  | { readonly kind: 'parts'; readonly parts: readonly (Uint8Array<ArrayBuffer> | undefined)[] }
  | { readonly kind: 'problem'; readonly problem: InputProblem }
  /** A finding that does not count, which formats place differently. */
  | {
      readonly kind: 'suppressed'
      readonly finding: Finding
      readonly object: KubernetesObject
      readonly suppression: Suppression
    }

/** What became of a request. */
export interface WorkAnswer {
  readonly id: number
  readonly items: readonly WorkItem[]
  readonly counted: Summary
  readonly objects: number
  readonly others: number
}
