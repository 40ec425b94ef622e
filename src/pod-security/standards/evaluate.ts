import type { Control, Offence, Revision, Wording } from './control.ts'
import { withDefaults } from './defaults.ts'
import type { PodView } from './pod.ts'
import { controlsOf } from './registry.ts'
import type { Level, PolicyVersion } from './version.ts'

/** A control that a pod does not meet. All but `check` is made when first asked for. */
export interface Violation {
  /** Kubernetes' id of the control, e.g. `allowPrivilegeEscalation`. */
  readonly check: string
  /** Kubernetes' text without names, e.g. `allowPrivilegeEscalation != false`. */
  readonly reason: string
  /** Kubernetes' text with the names, e.g. `container "c" must set securityContext.allowPrivilegeEscalation=false`. */
  readonly detail: string
  /** The places and values from which the texts were made; paths are relative to the pod. */
  readonly offences: readonly Offence[]
}

/**
 * Judges a pod, or a pod template, by the Pod Security Standards as the API server's admission would: with the
 * defaults filled in that change the outcome (`withDefaults`).
 *
 * @param level - `privileged` forbids nothing
 * @param version - the version of the standards
 * @param pod - decoded: absent fields are absent or null, values have their types
 * @returns the violated controls in Kubernetes' order (by id, baseline before restricted); empty where the pod
 *   is allowed
 */
export function evaluatePod(level: Level, version: PolicyVersion, pod: PodView): Violation[] {
  return evaluateDefaultedPod(level, version, withDefaults(pod))
}

/** As `evaluatePod`, for a pod that comes from the API server and has its defaults already. */
export function evaluateDefaultedPod(level: Level, version: PolicyVersion, pod: PodView): Violation[] {
  const violations: Violation[] = []
  for (const { control, revision } of controlsOf(level, version)) {
    if (revision.forbids(pod)) violations.push(new LazyViolation(control, revision, pod))
  }
  return violations
}

/** Whether the pod is allowed: `evaluatePod` finds nothing. The cheapest way to ask. */
export function isPodAllowed(level: Level, version: PolicyVersion, pod: PodView): boolean {
  const defaulted = withDefaults(pod)
  for (const { revision } of controlsOf(level, version)) {
    if (revision.forbids(defaulted)) return false
  }
  return true
}

/** Wording and places cost many times the verdict, and whole namespaces are judged without showing them. */
class LazyViolation implements Violation {
  readonly check: string
  readonly #control: Control
  readonly #revision: Revision
  readonly #pod: PodView
  #offences: readonly Offence[] | undefined
  #wording: Wording | undefined

  constructor(control: Control, revision: Revision, pod: PodView) {
    this.check = control.id
    this.#control = control
    this.#revision = revision
    this.#pod = pod
  }

  get offences(): readonly Offence[] {
    this.#offences ??= this.#revision.offences(this.#pod)
    return this.#offences
  }

  get reason(): string {
    return this.#words().reason
  }

  get detail(): string {
    return this.#words().detail
  }

  #words(): Wording {
    this.#wording ??= this.#control.describe(this.offences)
    return this.#wording
  }
}
