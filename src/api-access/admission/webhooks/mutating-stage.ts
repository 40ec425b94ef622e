import type { GroupResource, KubernetesObject } from '../../../kubernetes/index.ts'
import { goQuote } from '../../../kubernetes/index.ts'
import { errorText } from '../../../messages/index.ts'
import { applyPatch, isSame } from '../chain/json-patch.ts'
import { forbidden, internalError } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage, MutationPass, Refusal, StageOutcome } from '../stage.ts'
import { annotationsOf, callWebhook, type WebhookCalls } from './call-webhook.ts'
import { meetsConditions } from './conditions.ts'
import { type Webhook, webhooksFor } from './definitions.ts'
import { carried } from './equivalents.ts'
import { requestFor } from './matching.ts'

const NAME = 'MutatingAdmissionWebhook'
const CONFIGURATIONS: GroupResource = {
  group: 'admissionregistration.k8s.io',
  resource: 'mutatingwebhookconfigurations',
}

/** What is kept between the two passes (`webhook/mutating/reinvocationcontext.go`). */
interface Memory {
  lastOutput: KubernetesObject | undefined
  /** Webhooks with `reinvocationPolicy: IfNeeded` that were called, and nothing changed since. */
  readonly called: Set<string>
  readonly toBeCalledAgain: Set<string>
}

/**
 * The webhooks of all MutatingWebhookConfigurations, one after the other, each with what the one before made of the
 * object; those with `reinvocationPolicy: IfNeeded` once more where the object was changed after them.
 */
export function createMutatingWebhooks(calls: WebhookCalls): AdmissionStage {
  return {
    name: NAME,
    async mutate(request, surroundings, pass) {
      const { objects } = surroundings
      if (!objects.isComplete(CONFIGURATIONS))
        return { refusal: forbidden(request, 'not yet ready to handle request') }
      const memory = memoryOf(pass)
      if (pass.isReinvocation && !isSame(memory.lastOutput, request.object)) callAgain(memory)
      const round = new Round(request, memory, pass)
      for (const [index, webhook] of webhooksFor(request, objects.list(CONFIGURATIONS)).entries()) {
        const sent = await requestFor(webhook, round.request, surroundings)
        if (sent === undefined) continue
        const conditions = await meetsConditions(webhook, sent, surroundings, true, calls)
        if (conditions === false) continue
        if (conditions !== true) return round.ended(forbidden(request, conditions.error))
        if (pass.isReinvocation && !memory.toBeCalledAgain.has(webhook.uid)) continue
        const refusal = await round.call(webhook, index, sent, calls)
        if (refusal !== undefined) return round.ended(refusal)
      }
      return round.ended()
    },
  }
}

function memoryOf({ memory }: MutationPass): Memory {
  const known = memory.get(NAME) as Memory | undefined
  const kept = known ?? { lastOutput: undefined, called: new Set(), toBeCalledAgain: new Set() }
  memory.set(NAME, kept)
  return kept
}

function callAgain({ called, toBeCalledAgain }: Memory): void {
  for (const uid of called) toBeCalledAgain.add(uid)
  called.clear()
}

/** One pass over the webhooks. */
class Round {
  request: AdmissionRequest
  readonly #memory: Memory
  readonly #pass: MutationPass
  readonly #warnings: string[] = []
  readonly #annotations: [string, string][] = []

  constructor(request: AdmissionRequest, memory: Memory, pass: MutationPass) {
    this.request = request
    this.#memory = memory
    this.#pass = pass
  }

  async call(
    webhook: Webhook,
    index: number,
    sent: AdmissionRequest,
    calls: WebhookCalls,
  ): Promise<Refusal | undefined> {
    const { failure, refusal, response } = await callWebhook(webhook, sent, this.request, true, calls)
    if (response !== undefined) {
      this.#warnings.push(...response.warnings)
      this.#annotations.push(...annotationsOf(webhook, response))
    }
    const place = `round_${this.#pass.isReinvocation ? 1 : 0}_index_${index}`
    const changed =
      refusal ?? (response === undefined ? false : this.#apply(webhook, place, sent, response.patch))
    const isMutated = changed === true
    this.#note(`mutation.webhook.admission.k8s.io/${place}`, webhook, { mutated: isMutated })
    if (isMutated) {
      callAgain(this.#memory)
      this.#pass.requestReinvocation()
    }
    if (webhook.isReinvoked) this.#memory.called.add(webhook.uid)
    if (failure !== undefined) {
      if (!webhook.ignoresFailure) return internalError(failure)
      this.#annotations.push([`failed-open.mutating.webhook.admission.k8s.io/${place}`, webhook.name])
    }
    return typeof changed === 'boolean' ? undefined : changed
  }

  ended(refusal?: Refusal): StageOutcome {
    const { object } = this.request
    this.#memory.lastOutput = object
    return {
      ...(refusal !== undefined && { refusal }),
      ...(object !== undefined && { object }),
      warnings: this.#warnings,
      auditAnnotations: Object.fromEntries(this.#annotations),
    }
  }

  /** @returns whether the object changed, or why the patch is refused */
  #apply(webhook: Webhook, place: string, sent: AdmissionRequest, patch: unknown): boolean | Refusal {
    if (patch === undefined || (Array.isArray(patch) && patch.length === 0)) return false
    const before = this.request.object
    if (sent.object === undefined || before === undefined)
      return internalError(
        `admission webhook ${goQuote(webhook.name)} attempted to modify the object, which is not supported for this operation`,
      )
    try {
      const patched = applyPatch(sent.object, patch)
      if (!isObject(patched))
        return internalError(`admission webhook ${goQuote(webhook.name)} left no object`)
      this.#note(`patch.webhook.admission.k8s.io/${place}`, webhook, { patch, patchType: 'JSONPatch' })
      if (isSame(patched, sent.object)) return false
      this.request = { ...this.request, object: carried(patched, before.apiVersion) }
      return true
    } catch (error) {
      return internalError(errorText(error))
    }
  }

  #note(key: string, { configuration, name }: Webhook, more: object): void {
    this.#annotations.push([key, JSON.stringify({ configuration, webhook: name, ...more })])
  }
}

function isObject(value: unknown): value is KubernetesObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    'apiVersion' in value &&
    typeof value.apiVersion === 'string'
  )
}
