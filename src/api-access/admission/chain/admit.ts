import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { internalError, Refused } from '../refusals.ts'
import type {
  AdmissionRequest,
  AdmissionStage,
  AdmissionSurroundings,
  MutationPass,
  Refusal,
  StageOutcome,
} from '../stage.ts'

/** What all stages together make of a request. */
export interface AdmissionResult {
  /** Why it is refused; absent where it is allowed. */
  readonly refusal?: Refusal
  /** The stage that refused. */
  readonly refusedBy?: string
  /** The object as the stages left it: the request's very own where none changed it. */
  readonly object?: KubernetesObject
  /** In the order in which they were raised, each text once. */
  readonly warnings: readonly string[]
  readonly auditAnnotations: Readonly<Record<string, string>>
}

/** `admit` and `validate`, as the API server's metrics call them. */
export type Phase = 'admit' | 'validate'

/** Told of each stage that ran; for metrics and logs. */
export interface ChainObserver {
  /** @returns called when the stage has answered */
  stage(name: string, phase: Phase, request: AdmissionRequest): (ending: StageEnding) => void
  /** The same of all stages of a phase together. */
  phase?(phase: Phase, request: AdmissionRequest): (isRefused: boolean) => void
}

export interface StageEnding {
  readonly isRefused: boolean
  /** Where the stage threw: the cause, for the log; the client is told no more than that there was one. */
  readonly error?: unknown
}

export interface AdmissionChain {
  /** The stages' names, in the order in which they run. */
  readonly names: readonly string[]
  /** Both phases: what a gate does. */
  admit(request: AdmissionRequest, surroundings: AdmissionSurroundings): Promise<AdmissionResult>
  /** Only the stages that mutate: what a mutating webhook does. */
  mutate(request: AdmissionRequest, surroundings: AdmissionSurroundings): Promise<AdmissionResult>
  /** Only the stages that validate: what a validating webhook does. */
  validate(request: AdmissionRequest, surroundings: AdmissionSurroundings): Promise<AdmissionResult>
}

/**
 * Runs stages over a request: "in the first phase, mutating admission controllers are run. In the second phase,
 * validating admission controllers are run. … If any of the controllers in either phase reject the request, the entire
 * request is rejected immediately" (Kubernetes documentation, "Admission Control in Kubernetes").
 *
 * A stage that throws refuses with 500; what it threw is told to the observer alone. What was said before a denial
 * (warnings, annotations) is kept.
 *
 * @param stages - in Kubernetes' recommended order (`PLUGIN_ORDER`)
 */
export function createAdmissionChain(
  stages: readonly AdmissionStage[],
  observer?: ChainObserver,
): AdmissionChain {
  const mutating = stages.filter(({ mutate }) => mutate !== undefined)
  const validating = stages.filter(({ validate }) => validate !== undefined)
  return {
    names: stages.map(({ name }) => name),
    async admit(request, surroundings) {
      const course = new Course(request, observer)
      await course.phase('admit', () => runMutating(mutating, course, surroundings))
      if (!course.isRefused)
        await course.phase('validate', () => runValidating(validating, course, surroundings))
      return course.result()
    },
    async mutate(request, surroundings) {
      const course = new Course(request, observer)
      await course.phase('admit', () => runMutating(mutating, course, surroundings))
      return course.result()
    },
    async validate(request, surroundings) {
      const course = new Course(request, observer)
      await course.phase('validate', () => runValidating(validating, course, surroundings))
      return course.result()
    },
  }
}

async function runMutating(
  stages: readonly AdmissionStage[],
  course: Course,
  surroundings: AdmissionSurroundings,
): Promise<void> {
  let isWanted = false
  const memory = new Map<string, unknown>()
  const requestReinvocation = () => {
    isWanted = true
  }
  for (const isReinvocation of [false, true]) {
    const pass: MutationPass = { isReinvocation, memory, requestReinvocation }
    for (const stage of stages)
      if (!course.isRefused)
        await course.run(stage, 'admit', (request) => stage.mutate?.(request, surroundings, pass))
    if (!isWanted) return
  }
}

async function runValidating(
  stages: readonly AdmissionStage[],
  course: Course,
  surroundings: AdmissionSurroundings,
): Promise<void> {
  for (const stage of stages) {
    if (course.isRefused) return
    await course.run(stage, 'validate', (request) => stage.validate?.(request, surroundings))
  }
}

type Step = (request: AdmissionRequest) => StageOutcome | Promise<StageOutcome> | undefined

/** One request on its way through the stages. */
class Course {
  #request: AdmissionRequest
  #refusal: Refusal | undefined
  #refusedBy = ''
  readonly #warnings = new Set<string>()
  readonly #annotations = new Map<string, string>()
  readonly #observer: ChainObserver | undefined

  constructor(request: AdmissionRequest, observer: ChainObserver | undefined) {
    this.#request = request
    this.#observer = observer
  }

  get isRefused(): boolean {
    return this.#refusal !== undefined
  }

  async phase(phase: Phase, run: () => Promise<void>): Promise<void> {
    const ended = this.#observer?.phase?.(phase, this.#request)
    await run()
    ended?.(this.isRefused)
  }

  async run({ name }: AdmissionStage, phase: Phase, step: Step): Promise<void> {
    const ended = this.#observer?.stage(name, phase, this.#request)
    try {
      const answer = step(this.#request)
      this.#take(name, phase, answer instanceof Promise ? await answer : answer)
      ended?.({ isRefused: this.isRefused })
    } catch (error) {
      if (error instanceof Refused) {
        this.#refuse(name, error.refusal)
        ended?.({ isRefused: true })
        return
      }
      this.#refuse(name, internalError(`the admission stage ${name} failed`))
      ended?.({ isRefused: true, error })
    }
  }

  result(): AdmissionResult {
    const { object } = this.#request
    return {
      ...(this.#refusal !== undefined && { refusal: this.#refusal, refusedBy: this.#refusedBy }),
      ...(object !== undefined && { object }),
      warnings: [...this.#warnings],
      auditAnnotations: Object.fromEntries(this.#annotations),
    }
  }

  #take(name: string, phase: Phase, outcome: StageOutcome | undefined): void {
    if (outcome === undefined) return
    for (const warning of outcome.warnings ?? []) this.#warnings.add(warning)
    // "don't overwrite": the first to set a key has it (apiserver, `audit.LogAnnotation`).
    for (const [key, value] of Object.entries(outcome.auditAnnotations ?? {}))
      if (!this.#annotations.has(key)) this.#annotations.set(key, value)
    const { refusal, object } = outcome
    if (refusal !== undefined) this.#refuse(name, refusal)
    else if (object !== undefined && object !== this.#request.object) {
      if (phase === 'validate') throw new Error(`${name} changes the object while validating`)
      this.#request = { ...this.#request, object }
    }
  }

  #refuse(name: string, refusal: Refusal): void {
    this.#refusal = refusal
    this.#refusedBy = name
  }
}
