import type { GroupResource } from '../../../kubernetes/index.ts'
import { forbidden, internalError } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage, Refusal, StageOutcome } from '../stage.ts'
import { annotationsOf, callWebhook, type WebhookCalls } from './call-webhook.ts'
import { meetsConditions } from './conditions.ts'
import { type Webhook, webhooksFor } from './definitions.ts'
import { requestFor } from './matching.ts'

const CONFIGURATIONS: GroupResource = {
  group: 'admissionregistration.k8s.io',
  resource: 'validatingwebhookconfigurations',
}

/**
 * The webhooks of all ValidatingWebhookConfigurations, called at once: "validating webhooks … are called in parallel,
 * and if any of them rejects the request, the request fails" ("ValidatingAdmissionWebhook").
 */
export function createValidatingWebhooks(calls: WebhookCalls): AdmissionStage {
  return {
    name: 'ValidatingAdmissionWebhook',
    async validate(request, surroundings) {
      const { objects } = surroundings
      if (!objects.isComplete(CONFIGURATIONS))
        return { refusal: forbidden(request, 'not yet ready to handle request') }
      const relevant: { webhook: Webhook; sent: AdmissionRequest }[] = []
      for (const webhook of webhooksFor(request, objects.list(CONFIGURATIONS))) {
        const sent = await requestFor(webhook, request, surroundings)
        if (sent === undefined) continue
        const conditions = await meetsConditions(webhook, sent, surroundings, false, calls)
        if (conditions === true) relevant.push({ webhook, sent })
        else if (conditions !== false) return { refusal: forbidden(request, conditions.error) }
      }
      const answers = relevant.map((each, index) => call(each, index, request, calls))
      return merged(await Promise.all(answers))
    },
  }
}

async function call(
  { webhook, sent }: { readonly webhook: Webhook; readonly sent: AdmissionRequest },
  index: number,
  given: AdmissionRequest,
  calls: WebhookCalls,
): Promise<StageOutcome> {
  const { failure, refusal, response } = await callWebhook(webhook, sent, given, false, calls)
  if (failure !== undefined) {
    if (!webhook.ignoresFailure) return { refusal: internalError(failure) }
    return {
      auditAnnotations: {
        [`failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`]: webhook.name,
      },
    }
  }
  return {
    ...(refusal !== undefined && { refusal }),
    ...(response !== undefined && {
      warnings: response.warnings,
      auditAnnotations: Object.fromEntries(annotationsOf(webhook, response)),
    }),
  }
}

/** The first refusal counts; warnings and annotations of all are kept. */
function merged(outcomes: readonly StageOutcome[]): StageOutcome {
  const refusal: Refusal | undefined = outcomes.find((outcome) => outcome.refusal !== undefined)?.refusal
  return {
    ...(refusal !== undefined && { refusal }),
    warnings: outcomes.flatMap(({ warnings = [] }) => warnings),
    auditAnnotations: Object.assign({}, ...outcomes.map(({ auditAnnotations = {} }) => auditAnnotations)),
  }
}
