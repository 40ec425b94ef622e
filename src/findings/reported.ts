import type { FieldPath, KubernetesObject } from '../kubernetes/index.ts'
import type { Finding } from './finding.ts'
import { fingerprintOf } from './fingerprint.ts'

/** What a report shows of the text that a finding lies in. */
export interface SourceLines {
  /** @param line - 1-based line of the file; @returns its text without the line break, undefined outside */
  lineAt(line: number): string | undefined
}

/** An exception that the manifest itself states in its annotations. */
export interface Exception {
  readonly check: string
  readonly reason: string
  /** The last day (UTC) on which it holds, `YYYY-MM-DD`; absent: for ever. */
  readonly until?: string
  /** Path of the annotation, from the object's root. */
  readonly path: FieldPath
}

/** Why a finding does not count: it was accepted in the manifest, or it was there before. */
export type Suppression =
  | { readonly kind: 'exception'; readonly exception: Exception }
  | { readonly kind: 'baseline' }

/** A finding on its way into the reports: with what was decided about it, and the text around it. */
export class ReportedFinding {
  readonly finding: Finding
  /** The object that the finding is about, as decoded. */
  readonly object: KubernetesObject
  /** Absent for a finding that counts. */
  readonly suppression: Suppression | undefined
  readonly source: SourceLines | undefined
  #fingerprint: string | undefined

  constructor(
    finding: Finding,
    object: KubernetesObject,
    suppression?: Suppression,
    source?: SourceLines,
    fingerprint?: string,
  ) {
    this.finding = finding
    this.object = object
    this.suppression = suppression
    this.source = source
    this.#fingerprint = fingerprint
  }

  /** See `fingerprintOf`; computed at the first use, since not every report shows it. */
  get fingerprint(): string {
    this.#fingerprint ??= fingerprintOf(this.finding, this.object)
    return this.#fingerprint
  }
}
