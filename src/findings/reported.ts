import type { FieldPath, KubernetesObject } from '../kubernetes/index.ts'
import type { Finding, ResourceReference } from './finding.ts'
import { contentHalf, resourceHalf } from './fingerprint.ts'

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

/** What the findings of one run share, so that nothing is computed twice. */
export class ReportContext {
  #resource: ResourceReference | undefined
  #half = ''

  /** The first half of the fingerprints of a resource's findings, which come one after the other. */
  resourceHalf(resource: ResourceReference): string {
    if (resource !== this.#resource) {
      this.#half = resourceHalf(resource)
      this.#resource = resource
    }
    return this.#half
  }
}

/** A finding on its way into the reports: with what was decided about it, and the text around it. */
export class ReportedFinding {
  readonly finding: Finding
  /** The object that the finding is about, as decoded. */
  readonly object: KubernetesObject
  /** Absent for a finding that counts. */
  readonly suppression: Suppression | undefined
  readonly source: SourceLines | undefined
  readonly #context: ReportContext

  constructor(
    finding: Finding,
    object: KubernetesObject,
    context: ReportContext,
    suppression?: Suppression,
    source?: SourceLines,
  ) {
    this.finding = finding
    this.object = object
    this.suppression = suppression
    // Whoever made the source may not know of this one.
    this.source = finding.holdsSecret ? undefined : source
    this.#context = context
  }

  /** First and second half of the fingerprint (see `fingerprint.ts`); the first is that of the resource. */
  get resourceHalf(): string {
    return this.#context.resourceHalf(this.finding.resource)
  }

  get contentHalf(): string {
    const { content } = this.finding
    if (content === undefined) return contentHalf(this.finding, this.object)
    content.half ??= contentHalf(this.finding, this.object)
    return content.half
  }

  /** 32 hexadecimal digits, see `fingerprint.ts`; computed where it is needed, since not every report shows it. */
  get fingerprint(): string {
    return this.resourceHalf + this.contentHalf
  }
}
