import type { FieldPath, KubernetesObject, PodTemplateView, UnknownField } from '../kubernetes/index.ts'
import type { Localized, Message, MessageSet } from '../messages/index.ts'
import type { Remediation, Severity } from './finding.ts'
import type { FindingContent, FindingForm } from './form.ts'
import type { Places } from './recall.ts'

/** What a check is given: one decoded object, and its pod where it has one. */
export interface Subject {
  readonly object: KubernetesObject
  readonly pod?: PodTemplateView
  /** The fields of the manifest that Kubernetes does not know; `object` is without them. */
  readonly unknownFields?: readonly UnknownField[]
}

/** What a check says; the scan adds the resource and the position in the file. */
export interface Detection {
  /** Path from the object's root. Where it does not exist, the nearest ancestor's position is shown. */
  readonly path: FieldPath
  readonly message: Message
  /** Differs from the check's own severity only where the case is graver or milder. */
  readonly severity?: Severity | undefined
  readonly remediation?: Remediation | undefined
  /** The place holds a secret in plain text: no report may quote the source around it. */
  readonly holdsSecret?: boolean | undefined
  /** Set by who keeps detections (see `Place`): one and the same for all that differ in nothing but their messages' data. */
  readonly form?: FindingForm | undefined
  /** Set with the form, and one and the same for all that have the same data as well. */
  readonly content?: FindingContent | undefined
}

/**
 * A check looks at objects and makes findings. All a reader needs about one check stands in one file: id,
 * messages in both languages, references, logic. The documentation page has the same name as the id.
 */
export interface Check {
  /** A public contract: never renamed. Kebab-case, or Kubernetes' own id for a Pod Security control. */
  readonly id: string
  readonly severity: Severity
  /** Short noun phrase. */
  readonly title: Localized
  readonly messages: MessageSet
  readonly references: readonly string[]
  /**
   * Calls `report` once a problem; pure, synchronous, never throws on a decoded object.
   *
   * @param places - where what was made for an earlier object can be had again; without them all is made afresh
   */
  run(subject: Subject, report: (detection: Detection) => void, places?: Places): void
}
